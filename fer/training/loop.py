"""The training loop: the steps of an epoch, then evaluation, checkpoint and report."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from fer.errors import Diverged
from fer.faces import Faces
from fer.history import HISTORY, Epoch, append_epoch
from fer.inference import predict_log_probabilities
from fer.recipe import Recipe
from fer.training.data import DeviceDataset
from fer.training.graph import build_step
from fer.training.lookahead import Lookahead
from fer.training.result import Result
from fer.training.run import close_run, finished_run, open_run
from fer.training.schedule import learning_rate
from fer.training.state import State
from fer.training.step import Step

OnEpoch = Callable[[Epoch], None]
OnStep = Callable[[int, int], None]


def train(
    recipe: Recipe,
    faces: Faces,
    run: Path,
    *,
    device: torch.device,
    threads: int,
    resume: bool = False,
    on_epoch: OnEpoch | None = None,
    on_step: OnStep | None = None,
) -> Result:
    """Train a recipe on faces, and write a run folder.

    On a CPU the same recipe, faces and number of threads give the same weights bit for bit, whether
    or not the run was killed and resumed in between.

    Args:
        run: folder for ``recipe.toml``, ``history.csv``, ``metrics.json``, ``model.safetensors``,
            and ``checkpoint.pt`` while unfinished. ``history.csv`` grows with each epoch.
        threads: of the CPU, for the whole process.
        resume: continue from the folder's checkpoint, if it has one.
        on_epoch: called when each epoch's checkpoint is on disk. An exception of it ends the run,
            which can be resumed, and propagates.
        on_step: called after each step with the run's step (from 1) and their total; likewise.

    Raises:
        BadInput: the faces cannot be trained on, or the folder holds another run.
        Diverged: the loss or a weight became NaN or infinite; the last good checkpoint is kept.
    """
    torch.set_num_threads(threads)
    if resume and (finished := finished_run(recipe, faces, run)):
        return finished
    state, training, validation = open_run(recipe, faces, run, device, resume)
    take_step: Step | None = None
    held_out: Tensor | None = None
    steps_per_epoch = max(1, len(training) // recipe.batch_size)
    while len(state.history) < recipe.epochs:
        side = recipe.image_size(len(state.history))
        if take_step is None or take_step.side != side:
            take_step = build_step("auto", state, training, side)
        began = time.perf_counter()
        loss, accuracy, rate = train_epoch(state, training, steps_per_epoch, on_step, take_step)
        seconds = time.perf_counter() - began
        held_out = _evaluate(state, validation)
        validation_loss, validation_accuracy = _scored(held_out, validation)
        epoch = Epoch(
            number=len(state.history) + 1,
            train_loss=loss,
            train_accuracy=accuracy,
            validation_loss=validation_loss,
            validation_accuracy=validation_accuracy,
            learning_rate=rate,
            seconds=seconds,
        )
        _check_finite(state, epoch, run)
        state.history += (epoch,)
        state.save(run)
        append_epoch(run / HISTORY, epoch)
        if on_epoch:
            on_epoch(epoch)
    if held_out is None:  # resumed after the last epoch
        held_out = _evaluate(state, validation)
    close_run(state, faces, run, training=len(training), held_out=held_out)
    return Result(state.history)


def train_epoch(
    state: State,
    faces: DeviceDataset,
    steps: int,
    on_step: OnStep | None,
    take_step: Step | None = None,
) -> tuple[float, float, float]:
    """One pass in a new random order, without the incomplete last batch.

    Args:
        take_step: takes a step; eager if left out.

    Returns:
        Mean loss, accuracy, and the last step's learning rate.
    """
    recipe = state.recipe
    take_step = take_step or Step(state, faces)
    state.network.train()
    order = torch.randperm(len(faces), generator=state.generator, device=state.device)
    first, total = len(state.history) * steps, recipe.epochs * steps
    lookahead = Lookahead(state.network, recipe.lookahead)
    take_step.begin_epoch(len(state.history))
    for step, batch in enumerate(order.split(recipe.batch_size)[:steps], start=first):
        rate = learning_rate(recipe.schedule, recipe.learning_rate, step, total)
        take_step(batch, step, rate)
        lookahead.step((step + 1) / total)
        if on_step:
            on_step(step + 1, total)
    lookahead.meet((first + steps) / total)
    loss, correct = take_step.read()
    return loss / steps, correct / min(len(faces), steps * recipe.batch_size), rate


def _evaluate(state: State, faces: DeviceDataset) -> Tensor | None:
    """Log-probabilities ``[N, classes]`` of the held-out faces by the averaged weights, if any."""
    if not len(faces):
        return None
    return predict_log_probabilities(
        state.average.network, faces.images, state.precision, state.recipe.tta
    )


def _scored(
    log_probabilities: Tensor | None, faces: DeviceDataset
) -> tuple[float | None, float | None]:
    """Mean loss and accuracy, or None where nothing is held out."""
    if log_probabilities is None:
        return None, None
    loss = F.nll_loss(log_probabilities, faces.labels).item()
    return loss, (log_probabilities.argmax(1) == faces.labels).float().mean().item()


def _check_finite(state: State, epoch: Epoch, run: Path) -> None:
    # Once an epoch: reading the loss of each step would synchronise with the GPU each time.
    weights = sum(parameter.detach().sum() for parameter in state.average.network.parameters())
    values = {
        "the loss": epoch.train_loss,
        "the validation loss": epoch.validation_loss or 0.0,
        "the sum of the weights": float(weights),
    }
    broken = next((name for name, value in values.items() if not math.isfinite(value)), None)
    if broken is None:
        return
    kept = (
        "its last good checkpoint is kept" if state.history else "there was no good epoch to keep"
    )
    raise Diverged(
        f"{run}: {broken} became {values[broken]} in epoch {epoch.number}; {kept}: "
        f"lower learning_rate ({state.recipe.learning_rate}) or set clip_norm "
        f"({state.recipe.clip_norm})"
    )

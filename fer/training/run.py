"""The run folder: how it is opened, and what it holds when the run is done."""

import json
import platform
from pathlib import Path

import numpy as np
import torch

from fer.errors import BadInput
from fer.faces import Faces, hold_out
from fer.files import remove_unfinished, write_text
from fer.inference import predict_probabilities
from fer.model import save_model
from fer.process import processor
from fer.recipe import Recipe
from fer.scores import VALIDATION, Scores, write_scores
from fer.training.checkpoint import NAME, load_checkpoint
from fer.training.data import Batchable, to_device
from fer.training.result import Result, read_history, write_history
from fer.training.state import State

METRICS = "metrics.json"
"""Written last: a run folder that holds it, and no checkpoint, is finished."""


def finished_run(recipe: Recipe, faces: Faces, run: Path) -> Result | None:
    """The result of a run that is already finished in this folder, or None.

    Raises:
        BadInput: the folder's finished run is another recipe's or other faces', or is damaged.
    """
    if not (run / METRICS).exists() or (run / NAME).exists():
        return None
    if hashes(run) != (recipe.hash, faces.hash):
        raise BadInput(f"{run}: holds a finished run of another recipe or other faces")
    return Result(read_history(run / "history.csv"))


def hashes(run: Path) -> tuple[str, str]:
    """The hashes of a finished run's recipe and faces.

    Raises:
        BadInput: its ``metrics.json`` is damaged.
    """
    path = run / METRICS
    try:
        metrics = json.loads(path.read_text(encoding="utf-8"))
        return str(metrics["recipe_hash"]), str(metrics["faces"]["hash"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path}: damaged: expected the metrics of a finished run: {type(error).__name__}: "
            f"{error}"
        ) from error


def open_run(
    recipe: Recipe, faces: Faces, run: Path, device: torch.device, resume: bool
) -> tuple[State, Batchable, Batchable]:
    """Make or resume a run; returns its state, and its training and validation faces.

    Raises:
        BadInput: the folder holds a run already and is not to be resumed, or it holds another
            recipe's or other faces', or was begun on another device or in another precision; or
            the faces have no labels, or nothing is left to train on.
    """
    if faces.labels is None:
        raise BadInput("training needs labels, and these faces have none")
    training, validation = hold_out(faces, recipe.validation, recipe.split_seed)
    if len(training) < 2:
        raise BadInput(f"{len(training)} training faces: expected at least 2")
    if not resume and ((run / METRICS).exists() or (run / NAME).exists()):
        raise BadInput(f"{run}: holds a run already; go on with --resume, or name another folder")
    state = State(recipe, faces.hash, device)
    if checkpoint := load_checkpoint(run, recipe.hash, faces.hash):
        checkpoint.check_machine(run, device.type, state.precision, torch.get_num_threads())
        state.restore(checkpoint)
    remove_unfinished(run)
    write_text(run / "recipe.toml", recipe.to_toml())
    return state, to_device(faces, training, device), to_device(faces, validation, device)


def close_run(state: State, faces: Faces, run: Path, *, training: int, validation: int) -> None:
    """Write the finished run's files; the checkpoint goes last, so a kill in between resumes."""
    recipe, last = state.recipe, state.history[-1]
    write_history(run / "history.csv", state.history)
    save_model(run / "model.safetensors", state.average.network, recipe)
    _write_scores(state, faces, run)
    assert faces.labels is not None, "open_run refuses faces without labels"
    counts = np.bincount(faces.labels, minlength=len(faces.classes)).tolist()
    metrics = {
        "recipe_hash": recipe.hash,
        "faces": {
            "hash": faces.hash,
            "counts": dict(zip(faces.classes, counts, strict=True)),
            "training": training,
            "validation": validation,
        },
        "epochs": len(state.history),
        "validation_accuracy": last.validation_accuracy,
        "validation_loss": last.validation_loss,
        "train_accuracy": last.train_accuracy,
        "training_seconds": sum(epoch.seconds for epoch in state.history),
        "machine": {
            "device": str(state.device),
            "processor": processor(state.device),
            "threads": torch.get_num_threads(),
            "precision": state.precision,
        },
        "versions": {"python": platform.python_version(), "torch": str(torch.__version__)},
    }
    write_text(run / METRICS, json.dumps(metrics, indent=2) + "\n")
    (run / NAME).unlink(missing_ok=True)


def _write_scores(state: State, faces: Faces, run: Path) -> None:
    """Write the held-out faces' probabilities, where any are held out.

    Computed anew, about a thousandth of a run of 20 epochs: a run that is resumed after its last
    epoch has no logits at hand.
    """
    _, indices = hold_out(faces, state.recipe.validation, state.recipe.split_seed)
    if not len(indices):
        return
    held_out = to_device(faces, indices, state.device)
    probabilities = predict_probabilities(
        state.average.network, held_out.images, state.precision, tta=False
    )
    labels = held_out.labels.cpu().numpy()
    scores = Scores(np.asarray(indices, np.int64), labels, probabilities.cpu().numpy())
    write_scores(run / VALIDATION, scores)

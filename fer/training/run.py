"""The run folder: opening it, and writing its files when the run is finished."""

import platform
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from fer.digest import json_with_digest
from fer.errors import BadInput
from fer.faces import Faces, hold_out
from fer.files import remove_unfinished, write_atomically, write_text
from fer.history import HISTORY, read_history, write_history
from fer.model import MODEL, save_model
from fer.process import processor
from fer.recipe import Recipe
from fer.run_metrics import FILES, METRICS, check_files, damaged, digests, read_metrics
from fer.scores import VALIDATION, Scores, write_scores
from fer.training.checkpoint import (
    check_same,
    has_checkpoint,
    load_checkpoint,
    remove_checkpoints,
)
from fer.training.data import DeviceDataset, to_device
from fer.training.result import Result
from fer.training.state import State
from fer.wording import counted


def finished_run(recipe: Recipe, faces: Faces, run: Path) -> Result | None:
    """The result of the finished run in this folder; None if there is none.

    Raises:
        BadInput: the folder's finished run is of another recipe or other faces, or damaged.
    """
    if not (run / METRICS).exists() or has_checkpoint(run):
        return None
    recipe_hash, faces_hash = hashes(run)
    check_same(run / METRICS, "recipe hash", recipe_hash, recipe.hash)
    check_same(run / METRICS, "faces hash", faces_hash, faces.hash)
    check_files(run)
    return Result(read_history(run / HISTORY))


def hashes(run: Path) -> tuple[str, str]:
    """The hashes of a finished run's recipe and faces.

    Raises:
        BadInput: its ``metrics.json`` is damaged.
    """
    metrics = read_metrics(run)
    try:
        return str(metrics["recipe_hash"]), str(metrics["faces"]["hash"])
    except (KeyError, TypeError) as error:
        raise damaged(run / METRICS, "expected recipe_hash and faces.hash") from error


def open_run(
    recipe: Recipe, faces: Faces, run: Path, device: torch.device, resume: bool
) -> tuple[State, DeviceDataset, DeviceDataset]:
    """Create or resume a run; returns its state, and its training and validation faces.

    Raises:
        BadInput: the folder holds a run and ``resume`` is False; or its run is of another recipe,
            other faces, another device or precision; or the faces have no labels, or fewer than
            two are left to train on.
    """
    if faces.labels is None:
        raise BadInput("training needs labels, and these faces have none")
    training, validation = hold_out(faces, recipe.validation, recipe.split_seed)
    if len(training) < 2:
        raise BadInput(f"{counted(len(training), 'training face')}: expected at least 2")
    if not resume and ((run / METRICS).exists() or has_checkpoint(run)):
        raise BadInput(f"{run}: holds a run already: add --resume, or train in another folder")
    state = State(recipe, faces.hash, device)
    dataset = to_device(faces, training, device)
    if checkpoint := load_checkpoint(run, recipe.hash, faces.hash):
        checkpoint.check_machine(run, device.type, state.precision, torch.get_num_threads())
        state.restore(checkpoint)
    else:
        state.initialise(dataset.images)
    remove_unfinished(run)
    write_text(run / "recipe.toml", recipe.to_toml())
    write_history(run / HISTORY, state.history)  # rows past the checkpoint are trained again
    return state, dataset, to_device(faces, validation, device)


def close_run(
    state: State, faces: Faces, run: Path, *, training: int, held_out: Tensor | None
) -> None:
    """Write the finished run's files; checkpoints are removed last, so a killed run resumes.

    Args:
        training: number of faces that were trained on.
        held_out: log-probabilities ``[N, classes]`` of the others, if any.
    """
    recipe, last = state.recipe, state.history[-1]
    write_history(run / HISTORY, state.history)
    save_model(run / MODEL, state.average.network, recipe)
    if held_out is not None:
        _write_scores(state.recipe, faces, held_out, run)
    assert faces.labels is not None, "open_run refuses faces without labels"
    counts = np.bincount(faces.labels, minlength=len(faces.classes)).tolist()
    metrics = {
        "recipe_hash": recipe.hash,
        "faces": {
            "hash": faces.hash,
            "counts": dict(zip(faces.classes, counts, strict=True)),
            "training": training,
            "validation": 0 if held_out is None else len(held_out),
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
        FILES: digests(run, ("recipe.toml", HISTORY, MODEL, VALIDATION)),
    }
    content = json_with_digest(metrics)
    write_atomically(run / METRICS, lambda file: file.write(content))
    remove_checkpoints(run)


def _write_scores(recipe: Recipe, faces: Faces, held_out: Tensor, run: Path) -> None:
    """Write the probabilities of the held-out faces."""
    assert faces.labels is not None
    _, indices = hold_out(faces, recipe.validation, recipe.split_seed)
    probabilities = held_out.exp().cpu().numpy()
    labels = np.asarray(faces.labels[indices], np.int64)
    write_scores(run / VALIDATION, Scores(np.asarray(indices, np.int64), labels, probabilities))

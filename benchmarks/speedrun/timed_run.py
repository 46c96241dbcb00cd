"""One timed training run, and its record in the run folder."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import torch
from pydantic import BaseModel, ConfigDict, Field

from fer.device import choose_device
from fer.faces import load_faces, require_labels
from fer.files import write_text
from fer.history import Epoch
from fer.recipe import Recipe
from fer.training.loop import train
from fer.validation import parse

RECORD = "speedrun.json"


class Assignment(BaseModel):
    """What is trained, and where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipe: Recipe
    source: str
    run: Path
    device: str
    threads: int = Field(ge=1)
    machine: str


class TimedRun(BaseModel):
    """The record of a run.

    Attributes:
        curve: of each epoch, the seconds since the clock started, with its evaluation and its
            checkpoint, and the accuracy on the held-out faces.
        machine: its id.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    recipe_hash: str
    faces_hash: str
    machine: str
    device: str
    threads: int
    precision: str
    curve: tuple[tuple[float, float], ...] = Field(min_length=1)

    @property
    def seconds(self) -> float:
        """Of the whole run."""
        return self.curve[-1][0]

    def is_of(self, assignment: Assignment, faces_hash: str) -> bool:
        """Whether this is the run that is asked for, on this machine."""
        return (self.recipe_hash, self.faces_hash, self.machine, self.device, self.threads) == (
            assignment.recipe.hash,
            faces_hash,
            assignment.machine,
            assignment.device,
            assignment.threads,
        )


def time_run(assignment: Assignment, on_epoch: Callable[[int], None]) -> TimedRun:
    """Train the recipe, and write its record.

    The clock starts before the faces are read, once Python and torch are loaded, as MLPerf's does
    (MLPerf training rules, "Timing": before the data is touched, until the evaluation that ends the
    run).

    Args:
        on_epoch: called with the number of each finished epoch.
    """
    device = choose_device(assignment.device)
    recipe, curve = assignment.recipe, list[tuple[float, float]]()

    def note(epoch: Epoch) -> None:
        assert epoch.validation_accuracy is not None, "the recipe holds faces out"
        curve.append((time.perf_counter() - began, epoch.validation_accuracy))
        on_epoch(epoch.number)

    began = time.perf_counter()
    faces = load_faces(assignment.source, "train", recipe.classes)
    require_labels(faces, assignment.source, "train")
    train(
        recipe,
        faces,
        assignment.run,
        device=device,
        threads=assignment.threads,
        on_epoch=note,
    )
    metrics = json.loads((assignment.run / "metrics.json").read_text(encoding="utf-8"))
    record = TimedRun(
        recipe_hash=recipe.hash,
        faces_hash=faces.hash,
        machine=assignment.machine,
        device=assignment.device,
        threads=torch.get_num_threads(),
        precision=metrics["machine"]["precision"],
        curve=tuple(curve),
    )
    write_text(assignment.run / RECORD, record.model_dump_json(indent=1) + "\n")
    return record


def read_run(run: Path) -> TimedRun | None:
    """The record of a run that finished; None if there is none.

    Raises:
        BadInput: it is damaged.
    """
    path = run / RECORD
    if not path.is_file():
        return None
    return parse(TimedRun, json.loads(path.read_text(encoding="utf-8")), str(path))

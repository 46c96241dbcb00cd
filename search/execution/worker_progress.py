"""What each worker is doing, for the screen of its supervisor: a small file beside its log."""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fer.faces.types import Faces
from fer.recipe import Recipe
from search.execution.announce import announce

if TYPE_CHECKING:
    from fer.history import Epoch
    from search.execution.trainer import OnEpoch, OnStep, Trainer

INTERVAL = 0.5
"""Seconds between updates while a phase lasts."""


class ProgressFile:
    """Written by a worker; a worker without a supervisor announces its phases instead.

    It never raises: progress that cannot be written stops no training.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._phase = ""
        self._written = 0.0

    def phase(self, phase: str) -> None:
        """Begin a phase, such as ``loading faces`` or ``trial 3``."""
        self._phase = phase
        if self._path is None:
            announce(phase)
        self._write("")

    def detail(self, detail: str) -> None:
        """How far the phase is, such as ``step 12 of 29``."""
        if time.monotonic() - self._written >= INTERVAL:
            self._write(detail)

    def _write(self, detail: str) -> None:
        self._written = time.monotonic()
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.write_text(f"{self._phase}\n{detail}\n", encoding="utf-8")


@dataclass(frozen=True)
class WorkerProgress:
    """What a worker is doing.

    Attributes:
        since: seconds since the worker last wrote it.
    """

    number: int
    phase: str
    detail: str
    since: float

    def __str__(self) -> str:
        parts = [part for part in (self.phase, self.detail) if part]
        if self.since >= 2:
            parts.append(f"{self.since:.0f} s")
        return f"worker {self.number}: {', '.join(parts)}"


def progress_path(folder: Path, slot: int) -> Path:
    """Where the worker of a slot (from 0) writes its progress."""
    return folder / f"worker-{slot + 1}.progress"


def read_progress(folder: Path, slot: int) -> WorkerProgress | None:
    """The progress of a slot's worker; None if it has written none, or has ended."""
    path = progress_path(folder, slot)
    try:
        phase, detail, *_ = path.read_text(encoding="utf-8").split("\n")
        since = time.time() - path.stat().st_mtime
    except (OSError, ValueError):  # ValueError: it is being written
        return None
    return WorkerProgress(slot + 1, phase, detail, since)


@dataclass(frozen=True)
class ReportingTrainer:
    """A trainer that reports each training step as progress."""

    trainer: "Trainer"
    progress: ProgressFile

    def past(self, recipe: Recipe, faces: Faces, run: Path) -> tuple["Epoch", ...]:
        return self.trainer.past(recipe, faces, run)

    def train(
        self, recipe: Recipe, faces: Faces, run: Path, on_epoch: "OnEpoch", on_step: "OnStep"
    ) -> tuple["Epoch", ...]:
        def report(step: int, steps: int) -> None:
            self.progress.detail(f"step {step:,} of {steps:,}")
            on_step(step, steps)

        return self.trainer.train(recipe, faces, run, on_epoch, report)

    def cost(self, recipe: Recipe) -> tuple[int, int]:
        return self.trainer.cost(recipe)

    def drop(self, run: Path, epochs: tuple["Epoch", ...]) -> None:
        self.trainer.drop(run, epochs)

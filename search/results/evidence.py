"""The predictions on single faces that a verdict rests on, from the run folders of two trials."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from fer.errors import FerError
from fer.run_metrics import METRICS, check_files, read_metrics
from fer.scores import VALIDATION, Scores, read_scores
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord


@dataclass(frozen=True)
class RunEvidence:
    """What a trial's run folder holds; all of it may be missing.

    Attributes:
        metrics: ``metrics.json``.
        scores: the predictions on the held-out faces.
        problem: why there are no scores; empty where there are.
        damaged: whether that is a damaged file.
    """

    metrics: Mapping[str, Any] = field(default_factory=dict)
    scores: Scores | None = None
    problem: str = ""
    damaged: bool = False

    @property
    def held_out(self) -> int | None:
        """How many faces the run was validated on; None where it is not recorded."""
        if self.scores is not None:
            return len(self.scores)
        faces = self.metrics.get("faces")
        count = faces.get("validation") if isinstance(faces, dict) else None
        return count if isinstance(count, int) else None


@dataclass(frozen=True)
class Evidence:
    """The runs of the best trial and of the baseline, and the number of held-out faces."""

    best: RunEvidence
    baseline: RunEvidence
    held_out: int | None

    @classmethod
    def of(cls, snapshot: Snapshot, best: RunEvidence, baseline: RunEvidence) -> "Evidence":
        """The number of held-out faces is a run's own, or else the split's share of all faces."""
        return cls(best, baseline, best.held_out or baseline.held_out or snapshot.held_out)


def read_evidence(snapshot: Snapshot, runs: Path | None = None) -> Evidence:
    """Read the run folders of the best trial and of the baseline.

    Args:
        runs: the folder of the run folders, if they have been moved.
    """
    classes = len(snapshot.definition.recipe.classes)
    best, baseline = (
        read_run(trial, classes, runs) for trial in (snapshot.best_run, snapshot.baseline)
    )
    return Evidence.of(snapshot, best, baseline)


def read_run(trial: TrialRecord | None, classes: int, runs: Path | None = None) -> RunEvidence:
    """Read the run folder of a trial that ran to its end. ``classes``: how many there are."""
    if trial is None:
        return RunEvidence({}, None, "no trial has run to its end")
    folder = trial.folder(runs)
    if folder is None:
        return RunEvidence({}, None, f"the run folder of trial {trial.number} is not known")
    changed = tuple(_modified(folder / name) for name in (VALIDATION, METRICS))
    accuracy = trial.runs.get(0, trial.accuracy)  # the folder is of its first run
    return _read(folder, trial.number, accuracy, classes, changed)


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


# The terminal is redrawn every second, and a finished run seldom changes.
@lru_cache(maxsize=4)
def _read(
    folder: Path, number: int, accuracy: float, classes: int, _changed: tuple[int, ...]
) -> RunEvidence:
    if not folder.is_dir():
        return RunEvidence({}, None, f"the run folder of trial {number} is not here")
    try:
        metrics = read_metrics(folder) if (folder / METRICS).exists() else {}
        if not (folder / VALIDATION).is_file():
            return RunEvidence(metrics, None, f"trial {number} kept no predictions on single faces")
        check_files(folder, VALIDATION)
        scores = read_scores(folder / VALIDATION)
    except FerError as error:
        problem = f"the run folder of trial {number} is damaged: {error}"
        return RunEvidence({}, None, problem, damaged=True)
    if problem := _mismatch(scores, accuracy, classes):
        # The folder is of a study of the same name in another storage: use nothing of it.
        return RunEvidence({}, None, f"the predictions of trial {number} are of {problem}")
    return RunEvidence(metrics, scores, "")


def _mismatch(scores: Scores, accuracy: float, classes: int) -> str:
    """What the predictions are of, if not of the trial; empty where they match it."""
    if scores.probabilities.shape[1] != classes or not len(scores):
        return "other classes"
    measured = float((scores.predicted == scores.label).mean())
    return "another run" if abs(measured - accuracy) > 0.5 / len(scores) else ""


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; empty where the file is missing or damaged."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}

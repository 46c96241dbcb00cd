"""The data of a study's report, read once: the study's snapshot, two run folders, and the faces."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import optuna

from fer.errors import BadInput, FerError
from fer.faces.types import Faces
from fer.scores import VALIDATION, Scores, read_scores
from search.results.snapshot import Snapshot, read_snapshot
from search.results.trials import TrialRecord
from search.storage.reading import reading
from search.storage.storage import Storage
from search.storage.study import open_study

if TYPE_CHECKING:
    from reports.data.verdict import Verdict
    from search.results.importance import Importance


@dataclass(frozen=True)
class Run:
    """The contents of a trial's run folder; all of it may be missing.

    Attributes:
        metrics: ``metrics.json``.
        scores: of the held-out faces.
        problem: why there are no scores.
    """

    metrics: Mapping[str, Any] = field(default_factory=dict)
    scores: Scores | None = None
    problem: str = ""


@dataclass(frozen=True)
class StudyData:
    """The data of a report. Without runs and faces, it has what figures of the trials need.

    Attributes:
        summary: ``summary.json`` beside the run folders, for the machine and the versions.
        faces: the training faces; None without a source.
        source: of the training faces.
        test_source: of the test faces, if not in ``source``.
    """

    snapshot: Snapshot
    best_run: Run = Run()
    baseline_run: Run = Run()
    summary: Mapping[str, Any] = field(default_factory=dict)
    faces: Faces | None = None
    source: str | None = None
    test_source: str | None = None

    @cached_property
    def held_out(self) -> int | None:
        """How many faces the accuracies were measured on: as a run recorded it, or else the split's
        share of all faces."""
        for run in (self.best_run, self.baseline_run):
            if run.scores is not None:
                return len(run.scores)
            if "faces" in run.metrics:
                return int(run.metrics["faces"]["validation"])
        return self.snapshot.held_out

    @property
    def scores(self) -> Mapping[str, Scores]:
        """The predictions that there are, by "best" and "baseline"."""
        runs = {"best": self.best_run, "baseline": self.baseline_run}
        return {name: run.scores for name, run in runs.items() if run.scores is not None}

    @cached_property
    def verdict(self) -> "Verdict":
        """Whether the best trial is better than the baseline."""
        from reports.data.verdict import judge

        return judge(self)

    @cached_property
    def importances(self) -> "tuple[Importance, ...]":
        """The hyperparameters, most important first; empty if the trials are too few."""
        from reports.data.importances import importances

        return importances(self.snapshot)

    @property
    def most_important(self) -> list[str]:
        """The names of the hyperparameters, most important first."""
        return [importance.name for importance in self.importances]

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes, in the recipe's order."""
        return self.snapshot.definition.recipe.classes


def read_study_data(
    name: str,
    storage_url: str,
    source: str | None = None,
    runs: Path | None = None,
    test_source: str | None = None,
) -> StudyData:
    """Read a study, and the run folders of its best trial and its baseline.

    Args:
        source: the faces that it was run on, for pictures of its errors.
        runs: the folder of the run folders, if they have been moved.
        test_source: its test faces, for the audit, if they are not in ``source``.

    Raises:
        BadInput: no such study or storage, or the faces are not those of the study.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with Storage(storage_url, create=False) as storage, reading():
        snapshot = read_snapshot(open_study(storage, name))
    study = StudyData(snapshot, source=source, test_source=test_source)
    return dataclasses.replace(
        study,
        best_run=_run(study, snapshot.best, runs),
        baseline_run=_run(study, snapshot.baseline, runs),
        summary=_summary(snapshot, runs),
        faces=_faces(study, source) if source else None,
    )


def _run(study: StudyData, trial: TrialRecord | None, runs: Path | None) -> Run:
    if trial is None:
        return Run(problem="no trial has run to its end")
    folder = _folder(trial, runs)
    if folder is None or not folder.is_dir():
        return Run(problem=f"the run folder of trial {trial.number} is not here")
    metrics = _json(folder / "metrics.json")
    if not (folder / VALIDATION).is_file():
        return Run(metrics, problem=f"trial {trial.number} kept no predictions of single faces")
    try:
        scores = read_scores(folder / VALIDATION)
    except FerError as error:
        return Run(metrics, problem=f"the predictions of trial {trial.number} are damaged: {error}")
    if problem := _mismatch(scores, study, trial):
        # The folder may be of a study of the same name in another storage: use nothing of it.
        return Run(problem=f"the predictions of trial {trial.number} are of {problem}")
    return Run(metrics, scores)


def _folder(trial: TrialRecord, runs: Path | None) -> Path | None:
    return trial.run if runs is None else runs / str(trial.number)


def _mismatch(scores: Scores, study: StudyData, trial: TrialRecord) -> str:
    """What the predictions are of, if not of the trial; empty where they match it."""
    if scores.probabilities.shape[1] != len(study.classes) or not len(scores):
        return "other classes"
    accuracy = float((scores.predicted == scores.label).mean())
    return "another run" if abs(accuracy - trial.accuracy) > 0.5 / len(scores) else ""


def _summary(snapshot: Snapshot, runs: Path | None) -> Mapping[str, Any]:
    folders = [trial.run.parent for trial in snapshot.trials if trial.run] if not runs else [runs]
    for folder in dict.fromkeys(folders):
        summary = _json(folder / "summary.json")
        if summary.get("study") == snapshot.name:
            return summary
    return {}


def _faces(study: StudyData, source: str) -> Faces:
    from fer.faces import load_faces

    faces = load_faces(source, "train", study.classes)
    data = study.snapshot.data
    if data and data["source_hash"] != faces.hash:
        raise BadInput(
            f"--data {source}: its hash is {faces.hash[:16]}, but study {study.snapshot.name} was "
            f"run on {data['source']} ({data['source_hash'][:16]})"
        )
    return faces


def _json(path: Path) -> Mapping[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}

"""All that a report of a study is made of, read once: storage, run folders, and faces."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from fer.errors import BadInput, FerError
from fer.faces.types import Faces
from fer.scores import VALIDATION, Scores, read_scores
from reports.data.clock import in_utc
from search.config.definition import Definition
from search.execution.budget import baseline_trial, complete, ending
from search.results.activity import active_seconds
from search.storage.attributes import is_baseline
from search.storage.reading import reading
from search.storage.sessions import Session, sessions
from search.storage.storage import Storage
from search.storage.study import open_study


@dataclass(frozen=True)
class Run:
    """What a trial's run folder still says; all of it may be missing.

    Attributes:
        metrics: ``metrics.json``.
        scores: of the held-out faces.
        problem: why there are no scores.
    """

    metrics: Mapping[str, Any] = field(default_factory=dict)
    scores: Scores | None = None
    problem: str = ""


@dataclass(frozen=True)
class Material:
    """A study as it stands.

    Attributes:
        trials: all of them by number, the baseline too; their times are UTC.
        seconds: in which the study ran.
        end: why it starts no further trial; empty while it does.
        summary: ``summary.json`` beside the run folders, for the machine and the versions.
        faces: the training faces; None where they are not at hand.
        test_source: where the test faces are, if not in ``source``.
    """

    name: str
    definition: Definition
    trials: tuple[FrozenTrial, ...]
    data: Mapping[str, Any] | None
    starts: tuple[Session, ...]
    seconds: float
    end: str
    best_run: Run = Run()
    baseline_run: Run = Run()
    summary: Mapping[str, Any] = field(default_factory=dict)
    faces: Faces | None = None
    source: str | None = None
    test_source: str | None = None

    @cached_property
    def searched(self) -> tuple[FrozenTrial, ...]:
        """The trials of the space that have begun."""
        return tuple(t for t in self.trials if not is_baseline(t) and t.state != TrialState.WAITING)

    @cached_property
    def complete(self) -> tuple[FrozenTrial, ...]:
        """Those that ran to their end, best first."""
        return tuple(complete(list(self.trials)))

    @cached_property
    def pruned(self) -> tuple[FrozenTrial, ...]:
        return tuple(t for t in self.searched if t.state == TrialState.PRUNED)

    @cached_property
    def failed(self) -> tuple[FrozenTrial, ...]:
        return tuple(t for t in self.searched if t.state == TrialState.FAIL)

    @property
    def best(self) -> FrozenTrial | None:
        return self.complete[0] if self.complete else None

    @cached_property
    def baseline(self) -> FrozenTrial | None:
        """The baseline, if it ran to its end."""
        return baseline_trial(list(self.trials))

    @cached_property
    def held_out(self) -> int | None:
        """How many faces the accuracies were measured on; counted where a run says so, and
        otherwise the split's share of all."""
        for run in (self.best_run, self.baseline_run):
            if run.scores is not None:
                return len(run.scores)
            if "faces" in run.metrics:
                return int(run.metrics["faces"]["validation"])
        if not self.data:
            return None
        return round(sum(self.data["counts"].values()) * self.definition.recipe.validation) or None

    @property
    def classes(self) -> tuple[str, ...]:
        return self.definition.recipe.classes


def read_material(
    name: str,
    storage_url: str,
    source: str | None = None,
    runs: Path | None = None,
    test_source: str | None = None,
) -> Material:
    """Read a study, and what is left of its best trial's and its baseline's runs.

    Args:
        source: the faces that it was run on, for pictures of its mistakes.
        runs: where the run folders are, if they have been moved.
        test_source: its test faces, for the audit, if they are not in ``source``.

    Raises:
        BadInput: no such study or storage, or the faces are not those of the study.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with Storage(storage_url, create=False) as storage, reading():
        study = open_study(storage, name)
        trials = tuple(map(in_utc, study.everything()))
        end = ending(study)
        starts = tuple(sessions(study))
        material = Material(
            name=study.study_name,
            definition=study.definition,
            trials=trials,
            data=study.user_attrs.get("data"),
            starts=starts,
            seconds=active_seconds(starts),
            end=end.reason if end else "",
        )
    return Material(
        **{
            **vars_of(material),
            "best_run": _run(material, material.best, runs),
            "baseline_run": _run(material, material.baseline, runs),
            "summary": _summary(material, runs),
            "faces": _faces(material, source) if source else None,
            "source": source,
            "test_source": test_source,
        }
    )


def vars_of(material: Material) -> dict[str, Any]:
    """The fields of a material, without what was derived from them."""
    return {name: getattr(material, name) for name in Material.__dataclass_fields__}


def folder_of(trial: FrozenTrial, runs: Path | None) -> Path | None:
    """A trial's run folder, where it is said to be."""
    if runs is not None:
        return runs / str(trial.number)
    stored = trial.user_attrs.get("run")
    return Path(stored) if isinstance(stored, str) else None


def seconds_of(trial: FrozenTrial) -> float:
    """How long a trial trained."""
    return float(trial.user_attrs.get("seconds", 0.0))


def epochs_asked(trial: FrozenTrial) -> int:
    """The epochs of a trial's recipe."""
    return int(trial.user_attrs.get("recipe", {}).get("epochs", len(trial.intermediate_values)))


def last_accuracy(trial: FrozenTrial) -> float | None:
    """The last one that a trial reported, whether it ended there or not."""
    if trial.last_step is None:
        return trial.values[0] if trial.values else None
    return trial.intermediate_values[trial.last_step]


def began(trials: tuple[FrozenTrial, ...]) -> datetime.datetime | None:
    """When the first trial began, in UTC."""
    return min((t.datetime_start for t in trials if t.datetime_start), default=None)


def _run(material: Material, trial: FrozenTrial | None, runs: Path | None) -> Run:
    if trial is None:
        return Run(problem="no trial has run to its end")
    folder = folder_of(trial, runs)
    if folder is None or not folder.is_dir():
        return Run(problem=f"the run folder of trial {trial.number} is not here")
    metrics = _json(folder / "metrics.json")
    if not (folder / VALIDATION).is_file():
        return Run(metrics, problem=f"trial {trial.number} kept no predictions of single faces")
    try:
        scores = read_scores(folder / VALIDATION)
    except FerError as error:
        return Run(metrics, problem=f"the predictions of trial {trial.number} are damaged: {error}")
    if problem := _foreign(scores, material, trial):
        # Such as of a study of the same name in another storage: nothing in the folder is its own.
        return Run(problem=f"the predictions of trial {trial.number} are of {problem}")
    return Run(metrics, scores)


def _foreign(scores: Scores, material: Material, trial: FrozenTrial) -> str:
    """Whose predictions these are, if not the trial's; empty where they fit it."""
    if scores.probabilities.shape[1] != len(material.classes) or not len(scores):
        return "other classes"
    right = float((scores.predicted == scores.label).mean())
    return "another run" if abs(right - trial.values[0]) > 0.5 / len(scores) else ""


def _summary(material: Material, runs: Path | None) -> Mapping[str, Any]:
    folders = [runs] if runs else []
    if not runs:
        found = [folder_of(trial, None) for trial in material.trials]
        folders = [folder.parent for folder in found if folder]
    for folder in dict.fromkeys(folders):
        summary = _json(folder / "summary.json")
        if summary.get("study") == material.name:
            return summary
    return {}


def _faces(material: Material, source: str) -> Faces:
    from fer.faces import load_faces

    faces = load_faces(source, "train", material.classes)
    if material.data and material.data["source_hash"] != faces.hash:
        raise BadInput(
            f"--data {source}: its hash is {faces.hash[:16]}, but study {material.name} was run on "
            f"{material.data['source']} ({material.data['source_hash'][:16]})"
        )
    return faces


def _json(path: Path) -> Mapping[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}

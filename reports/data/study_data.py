"""The data of a study's report, read once: the study's snapshot, its run folders, and the faces."""

import dataclasses
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import optuna

from fer.errors import BadInput
from fer.faces.types import Faces
from fer.scores import Scores
from search.confirmation.answer import Answer, answer
from search.results.baseline import baseline_label
from search.results.evidence import Evidence, RunEvidence, read_evidence, read_json
from search.results.findings import Finding, Material, find_all
from search.results.histories import Histories, read_histories
from search.results.importance import Importance, importances
from search.results.snapshot import Snapshot, read_snapshot
from search.results.study_audit import StudyAudit, study_audit
from search.results.verdict import Verdict, judge
from search.storage.exported import open_to_read
from search.storage.reading import reading
from search.storage.study import open_study


@dataclass(frozen=True)
class StudyData:
    """The data of a report. Without runs and faces, it has what figures of the trials need.

    Attributes:
        histories: of the runs, from all run folders.
        summary: ``summary.json`` beside the run folders, for the machine and the versions.
        faces: the training faces; None without a source.
        source: of the training faces.
        test_source: of the test faces, if not in ``source``.
    """

    snapshot: Snapshot
    best_run: RunEvidence = field(default_factory=RunEvidence)
    baseline_run: RunEvidence = field(default_factory=RunEvidence)
    histories: Histories = field(default_factory=Histories)
    summary: Mapping[str, Any] = field(default_factory=dict)
    faces: Faces | None = None
    source: str | None = None
    test_source: str | None = None

    @property
    def evidence(self) -> Evidence:
        """What the verdict rests on."""
        return Evidence.of(self.snapshot, self.best_run, self.baseline_run)

    @property
    def held_out(self) -> int | None:
        """How many faces the accuracies were measured on."""
        return self.evidence.held_out

    @property
    def scores(self) -> Mapping[str, Scores]:
        """The predictions that there are, by "best" and the baseline's label."""
        label = baseline_label(self.snapshot.definition)
        runs = {"best": self.best_run, label: self.baseline_run}
        return {name: run.scores for name, run in runs.items() if run.scores is not None}

    @cached_property
    def verdict(self) -> Verdict:
        """Whether the best trial is better than the baseline."""
        return judge(self.snapshot, self.evidence)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the trials show, the most useful first."""
        return find_all(Material(self.snapshot, self.verdict, self.importances))

    @cached_property
    def audit(self) -> StudyAudit:
        """How many of the pruner's stops were wrong."""
        return study_audit(self.snapshot, self.held_out)

    @cached_property
    def answer(self) -> Answer:
        """Whether the published accuracy is beaten, as far as the study is confirmed."""
        return answer(self.snapshot)

    @cached_property
    def importances(self) -> tuple[Importance, ...]:
        """The hyperparameters, most important first; empty if the trials are too few."""
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
    storage_url: str | None,
    source: str | None = None,
    runs: Path | None = None,
    test_source: str | None = None,
) -> StudyData:
    """Read a study and its run folders.

    Args:
        storage_url: None for the default storage, or the finished study that ships.
        source: the faces that it was run on, for pictures of its errors.
        runs: the folder of the run folders, if they have been moved.
        test_source: its test faces, for the audit, if they are not in ``source``.

    Raises:
        BadInput: no such study or storage, or the faces are not those of the study.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with open_to_read(storage_url, name) as storage, reading():
        snapshot = read_snapshot(open_study(storage, name))
    faces = _faces(snapshot, source) if source else None
    data = study_data(snapshot, runs)
    for run in (data.best_run, data.baseline_run):
        if run.damaged:
            print(
                f"fer: study {name}: {run.problem}; the report uses nothing of it", file=sys.stderr
            )
    return dataclasses.replace(data, faces=faces, source=source, test_source=test_source)


def study_data(snapshot: Snapshot, runs: Path | None = None) -> StudyData:
    """A study that has been read, with the run folders of its best trial and its baseline.

    Args:
        runs: the folder of the run folders, if they have been moved.
    """
    evidence = read_evidence(snapshot, runs)
    return StudyData(
        snapshot,
        best_run=evidence.best,
        baseline_run=evidence.baseline,
        histories=read_histories(snapshot, runs),
        summary=_summary(snapshot, runs),
    )


def _summary(snapshot: Snapshot, runs: Path | None) -> Mapping[str, Any]:
    folders = [trial.run.parent for trial in snapshot.trials if trial.run] if not runs else [runs]
    # An exported study has its results beside the folder of its runs.
    for folder in dict.fromkeys([*folders, *(folder.parent for folder in folders)]):
        summary = read_json(folder / "summary.json")
        if summary.get("study") == snapshot.name:
            return summary
    return {}


def _faces(snapshot: Snapshot, source: str) -> Faces:
    from fer.faces import load_faces

    faces = load_faces(source, "train", snapshot.definition.recipe.classes)
    data = snapshot.data
    if data and data["source_hash"] != faces.hash:
        raise BadInput(
            f"--data {source}: its hash is {faces.hash[:16]}, but study {snapshot.name} was "
            f"run on {data['source']} ({data['source_hash'][:16]})"
        )
    return faces

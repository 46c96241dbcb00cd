"""The confirmation of a study as a typed value, which the study keeps in one user attribute."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from fer.validation import parse
from search.confirmation.openings import Opening, Record

KEY = "confirmation"
"""Of the study's user attribute."""
BASELINE = "baseline"
"""The name of the baseline among the candidates; the others are ``trial-NUMBER``."""


class Request(Record):
    """What the latest ``fer search confirm`` asked for.

    Attributes:
        top: how many recipes of the search compete, besides the baseline.
        folds: repeated hold-outs, on each of which every candidate is trained once.
        seeds: how many times the winner is trained on all training faces.
        target: the test accuracy to beat, in [0, 1].
    """

    top: int
    folds: int
    seeds: int
    target: float


class Candidate(Record):
    """A recipe that competes.

    Attributes:
        name: ``baseline`` or ``trial-NUMBER``; also in the names of its run folders.
        trial: whose recipe it is; None if the baseline never ran to its end.
        recipe: as JSON values; each run replaces its seed, split seed and validation share.
        parameters, operations: of its network; operations are for one face.
        search_accuracy: the validation accuracy that the search reports for it; None likewise.
    """

    name: str
    trial: int | None
    recipe: Mapping[str, Any]
    parameters: int
    operations: int
    search_accuracy: float | None = None


class Run(Record):
    """A finished run.

    Attributes:
        candidate: the name of the one that it trained.
        seed: of its recipe.
        run: the run folder, relative to the study's folder.
        epochs, seconds: of training.
        finished: in UTC.
        reason: why the run failed; empty otherwise.
    """

    candidate: str
    seed: int
    run: str
    epochs: int
    seconds: float
    finished: datetime.datetime
    reason: str = ""


class FoldRun(Run):
    """A candidate trained on one fold; paired over the candidates, which share both seeds.

    Attributes:
        fold: counted from 1.
        split_seed: of its recipe.
        accuracy: on the fold's held-out faces, at the last epoch; None where the run failed.
        n: held-out faces.
    """

    fold: int
    split_seed: int
    accuracy: float | None
    n: int


class Choice(Record):
    """The candidate that won on the folds.

    Attributes:
        winner: its name.
        rule: why it won, in one sentence.
        equal: the candidate with the highest mean and those whose paired interval with it holds 0,
            best first; empty where it is the only one.
    """

    winner: str
    rule: str
    equal: tuple[str, ...] = ()


class FinalRun(Run):
    """The winner trained on all training faces.

    Attributes:
        number: counted from 1; names the submission, too.
    """

    number: int


class Submission(Record):
    """A file of predictions on unlabelled test images, to be graded elsewhere.

    Attributes:
        file: relative to the study's folder.
        sha256: hexadecimal, of the file.
        candidate: whose final runs predicted.
        seeds: the ``number`` of each final run that it is of; several for their mean.
        n: predictions in it.
        source_hash: of the test images.
    """

    file: str
    sha256: str
    candidate: str
    seeds: tuple[int, ...]
    n: int
    source_hash: str


class Grade(Record):
    """An accuracy that came from outside, such as Kaggle's.

    Attributes:
        file: the name of the graded file.
        sha256: hexadecimal, of that file.
        accuracy: in [0, 1].
        n: graded predictions.
        when: it was recorded, in UTC.
    """

    file: str
    sha256: str
    accuracy: float
    n: int
    when: datetime.datetime


class Machine(Record):
    """The machine of the latest runs.

    Attributes:
        device: ``cpu`` or ``cuda``.
        threads: of each worker.
    """

    device: str
    processor: str
    precision: str
    cores: int
    workers: int
    threads: int


class Confirmation(Record):
    """A confirmation, finished or not.

    Attributes:
        folder: the study's folder, from which the runs and submissions are named.
        candidates: best of the search first, the baseline last.
        folds: finished runs on the folds, in the order in which they finished; also those of an
            earlier request.
        choice: None until all candidates have run on all folds.
        finals: finished runs on all training faces; also those of an earlier winner.
        submissions: of the finals, where the source has unlabelled test images.
        openings: of the test labels, oldest first.
        grades: from outside, oldest first.
        versions: of Python, torch and this program, at the latest runs.
    """

    folder: Path
    request: Request
    candidates: tuple[Candidate, ...]
    folds: tuple[FoldRun, ...] = ()
    choice: Choice | None = None
    finals: tuple[FinalRun, ...] = ()
    submissions: tuple[Submission, ...] = ()
    openings: tuple[Opening, ...] = ()
    grades: tuple[Grade, ...] = ()
    machine: Machine | None = None
    versions: Mapping[str, str] = Field(default_factory=dict)

    def candidate(self, name: str) -> Candidate:
        """The candidate of a name."""
        return next(each for each in self.candidates if each.name == name)

    def fold_runs(self, name: str) -> tuple[FoldRun, ...]:
        """The requested runs of a candidate that have finished, by fold; failed ones too."""
        runs = (run for run in self.folds if run.candidate == name)
        return tuple(
            sorted((r for r in runs if r.fold <= self.request.folds), key=lambda r: r.fold)
        )

    @property
    def winner(self) -> Candidate | None:
        """The candidate that won; None before the folds are complete."""
        return self.candidate(self.choice.winner) if self.choice else None

    @property
    def winner_runs(self) -> tuple[FinalRun, ...]:
        """The winner's requested runs on all training faces that have finished, by number; failed
        ones too."""
        if self.choice is None:
            return ()
        winner, seeds = self.choice.winner, self.request.seeds
        runs = (r for r in self.finals if r.candidate == winner and r.number <= seeds)
        return tuple(sorted(runs, key=lambda run: run.number))

    @property
    def model_run(self) -> FinalRun | None:
        """The run whose model stands for the recipe: the first of the winner's that did not
        fail."""
        return next((run for run in self.winner_runs if not run.reason), None)

    @property
    def complete(self) -> bool:
        """Whether all requested runs have finished."""
        return self.choice is not None and len(self.winner_runs) == self.request.seeds


def confirmation_in(
    attributes: Mapping[str, Any], study: str, folder: Path = Path()
) -> Confirmation | None:
    """The confirmation among a study's user attributes; None where it was not begun.

    Args:
        folder: of an exported study, whose confirmation is in a relative folder.

    Raises:
        BadInput: another program stored a value of another kind.
    """
    stored = attributes.get(KEY)
    if stored is None:
        return None
    read = parse(Confirmation, stored, f"study {study}: {KEY}")
    return read.model_copy(update={"folder": folder / read.folder})

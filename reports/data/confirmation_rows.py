"""The rows of a confirmation as pages show them: the candidates on folds, and the grades."""

from dataclasses import dataclass

from fer.intervals import wilson
from search.confirmation.figures import held_out_share
from search.confirmation.record import BASELINE, Candidate, Confirmation, Grade
from search.confirmation.statistics import Estimate, mean_over_folds
from search.results.snapshot import Snapshot


@dataclass(frozen=True)
class OnFolds:
    """A candidate on the fresh folds.

    Attributes:
        folds: its accuracy in each fold that it has finished, by the fold's number.
        mean: None before the first.
        gain: over the baseline, on the folds that both have; None for the baseline.
        winner, equal: whether it was chosen, and whether it is one of several equal ones.
        failed: why a run of it failed; empty otherwise.
    """

    candidate: Candidate
    folds: tuple[tuple[int, float], ...]
    mean: Estimate | None
    gain: Estimate | None
    winner: bool
    equal: bool
    failed: str

    @property
    def name(self) -> str:
        """The candidate, and whether it was chosen, is equal to the best, or failed."""
        name = self.candidate.name.replace("-", " ")
        if self.failed:
            return f"{name}, failed"
        if self.winner:
            return f"{name}, chosen"
        return f"{name}, equal" if self.equal else name

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Of the folds, without their numbers."""
        return tuple(accuracy for _, accuracy in self.folds)

    @property
    def flattered(self) -> float | None:
        """By how much the search's accuracy was above the mean on fresh folds."""
        reported = self.candidate.search_accuracy
        return None if reported is None or self.mean is None else reported - self.mean.mean


@dataclass(frozen=True)
class Graded:
    """A grade from outside, with the seeds whose predictions it is of; none if not known."""

    grade: Grade
    seeds: tuple[int, ...]
    ends: tuple[float, float]

    @property
    def of(self) -> str:
        """The seeds in words; the file's name where they are not known."""
        if not self.seeds:
            return self.grade.file
        return f"seed {self.seeds[0]}" if len(self.seeds) == 1 else f"{len(self.seeds)} seeds"


def on_folds(snapshot: Snapshot) -> tuple[OnFolds, ...]:
    """The candidates, best of the search first, the baseline last; none without a confirmation."""
    confirmation = snapshot.confirmation
    if confirmation is None:
        return ()
    results = {each.name: _folds(confirmation, each.name) for each in confirmation.candidates}
    share = held_out_share(snapshot, max((run.n for run in confirmation.folds), default=0))
    return tuple(
        _row(confirmation, each, results[each.name], results.get(BASELINE, {}), share)
        for each in confirmation.candidates
    )


def _row(
    confirmation: Confirmation,
    candidate: Candidate,
    own: dict[int, float],
    baseline: dict[int, float],
    share: float,
) -> OnFolds:
    choice = confirmation.choice
    both = sorted(own.keys() & baseline.keys()) if candidate.name != BASELINE else []
    gain = [own[fold] - baseline[fold] for fold in both]
    reasons = (run.reason for run in confirmation.fold_runs(candidate.name) if run.reason)
    return OnFolds(
        candidate,
        tuple(sorted(own.items())),
        mean_over_folds(list(own.values()), share) if own else None,
        mean_over_folds(gain, share) if gain else None,
        choice is not None and choice.winner == candidate.name,
        choice is not None and candidate.name in choice.equal,
        next(reasons, ""),
    )


def _folds(confirmation: Confirmation, name: str) -> dict[int, float]:
    runs = confirmation.fold_runs(name)
    return {run.fold: run.accuracy for run in runs if run.accuracy is not None}


def graded(confirmation: Confirmation) -> tuple[Graded, ...]:
    """The grades from outside, oldest first."""
    seeds = {each.sha256: each.seeds for each in confirmation.submissions}
    return tuple(
        Graded(each, seeds.get(each.sha256, ()), wilson(round(each.accuracy * each.n), each.n))
        for each in confirmation.grades
    )

"""A race that is under way: which runs are due, which recipes are left, and when it has ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from search.racing.drops import dropped, finished_folds, first_test


@dataclass(frozen=True)
class RaceRun:
    """One run of a recipe in a race.

    Attributes:
        racer: the number of the trial whose recipe it is.
        pair: which fold and seed, from 0; all seeds of a fold before the next fold.
        accuracy: None unless it is complete.
        failed: neither complete nor running.
    """

    racer: int
    pair: int
    accuracy: float | None = None
    failed: bool = False


@dataclass(frozen=True)
class RaceProgress:
    """How far a race is. All of it follows from the results, so every worker finds the same.

    A run may start once no test of an earlier fold can drop its recipe any more. The baseline runs
    in every fold and is never dropped; its failed runs are repeated. Another recipe leaves when a
    run of it fails.

    Attributes:
        entrants: the recipes in the order in which they run.
        baseline: the number of the baseline's trial.
        folds, seeds, p: see ``search.config.rounds.Race``.
    """

    entrants: tuple[int, ...]
    baseline: int
    runs: tuple[RaceRun, ...]
    folds: int
    seeds: int
    p: float

    @cached_property
    def results(self) -> Mapping[int, tuple[float, ...]]:
        """The accuracy of each entrant in each fold that it has finished, from the first one on."""
        return {number: self._folds_of(number) for number in self.entrants}

    @cached_property
    def baseline_results(self) -> tuple[float, ...]:
        """The same of the baseline."""
        return self._folds_of(self.baseline)

    @cached_property
    def failed(self) -> frozenset[int]:
        """The entrants of which a run failed."""
        done = {(run.racer, run.pair) for run in self.runs if not run.failed}
        failed = (
            run.racer for run in self.runs if run.failed and (run.racer, run.pair) not in done
        )
        return frozenset(failed) & frozenset(self.entrants)

    @cached_property
    def left(self) -> Mapping[int, int]:
        """The entrants that have left the race, each with the fold after which it did."""
        return dropped(self.results, self.p, self.failed)

    @property
    def remaining(self) -> tuple[int, ...]:
        """The entrants that have not left the race."""
        return tuple(number for number in self.entrants if number not in self.left)

    @cached_property
    def done(self) -> int:
        """How many folds the baseline and all remaining recipes have finished."""
        return min(finished_folds(self.results, self.left), len(self.baseline_results))

    @property
    def finished(self) -> bool:
        """Whether the race has run all of its folds, or no recipe is left in it."""
        return not self.remaining or self.done >= self.folds

    @cached_property
    def due(self) -> tuple[tuple[int, int], ...]:
        """The runs that may start, each as a recipe's number and a pair, those of the present fold
        first."""
        if self.finished:
            return ()
        begun = {(run.racer, run.pair) for run in self.runs if not run.failed}
        certain = max(self.done + 1, first_test(self.p))
        return tuple(
            (racer, pair)
            for fold in range(self.done, self.folds)
            for pair in range(fold * self.seeds, (fold + 1) * self.seeds)
            for racer in (self.baseline, *(self.remaining if fold < certain else ()))
            if (racer, pair) not in begun
        )

    def _folds_of(self, number: int) -> tuple[float, ...]:
        known = {
            run.pair: run.accuracy
            for run in self.runs
            if run.racer == number and run.accuracy is not None
        }
        means = []
        for fold in range(self.folds):
            pairs = range(fold * self.seeds, (fold + 1) * self.seeds)
            if not all(pair in known for pair in pairs):
                break
            means.append(fmean(known[pair] for pair in pairs))
        return tuple(means)

"""Plans: how a search spends its epochs, and which recipe it chooses in the end."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from search.racing import Racer, entrants, first_test, standings
from search.racing.entrants import MIN_ENTRANTS, entrants_of
from search.replay.table import FOLDS, FULL, Table
from search.replay.trials import ReplayedTrial


@dataclass(frozen=True)
class Outcome:
    """The end of one replayed search.

    Attributes:
        chosen: the recipe's number in the table.
        reported: the accuracy that the search would report for it.
        epochs: that were trained.
        trials: of the space that were begun.
    """

    chosen: int
    reported: float
    epochs: int
    trials: int


@dataclass(frozen=True)
class Plan(ABC):
    """A plan for a search of one fold.

    Attributes:
        epochs: of the complete schedule of the space's trials.
        folds: that an accuracy of a trial of the space is the mean of.
    """

    epochs: int = FULL
    folds: int = 1

    @property
    def one_fold(self) -> bool:
        """Whether the search sees nothing of the other fold."""
        return self.folds == 1

    @property
    def measured(self) -> bool:
        """Whether a measured table has all of its folds."""
        return True

    @property
    def reports_full(self) -> bool:
        """Whether the accuracy that it reports is of a schedule of 20 epochs."""
        return self.epochs == FULL

    @abstractmethod
    def enough(self, trials: Sequence[ReplayedTrial], budget: int) -> bool:
        """Whether the budget has no room for another trial of the space."""

    @abstractmethod
    def outcome(
        self, table: Table, trials: Sequence[ReplayedTrial], fold: int, budget: int
    ) -> Outcome | None:
        """What the search has chosen when the budget of epochs is spent.

        Args:
            trials: in order; those that the budget has no room for are ignored.

        Returns:
            None if the budget is too small to choose one.
        """


class OneRound(Plan):
    """Trials until the epochs are spent; the best complete one is chosen.

    As in a study, a trial that runs when the budget is spent is finished.
    """

    def enough(self, trials: Sequence[ReplayedTrial], budget: int) -> bool:
        return spent(trials) >= budget

    def outcome(
        self, table: Table, trials: Sequence[ReplayedTrial], fold: int, budget: int
    ) -> Outcome | None:
        used: list[ReplayedTrial] = []
        for trial in trials:
            if self.enough(used, budget):
                break
            used.append(trial)
        complete = [trial for trial in used if trial.complete]
        if not complete:
            return None
        best = max(complete, key=lambda trial: trial.accuracy)
        return Outcome(best.recipe, best.accuracy, spent(used), len(used))


@dataclass(frozen=True)
class ScreenAndRace(Plan):
    """Complete short schedules, then a race of the best over folds with complete long ones.

    There are as many trials as leave epochs for the race, should it drop half of its recipes as
    soon as its test can. The race's runs have seeds of their own; its first fold is the one that
    was screened. More folds than two are in emulated tables only.

    Attributes:
        keep: share of the complete trials that enter the race.
        race_folds: of the race; with one, nothing of the other fold is seen.
        p: threshold of the test by which recipes are dropped from the race.
    """

    keep: float = 0.25
    race_folds: int = 2
    p: float = 0.26

    @property
    def one_fold(self) -> bool:
        return self.folds == self.race_folds == 1 and self.epochs < FULL

    @property
    def measured(self) -> bool:
        return max(self._folds_of_race(0)) < len(FOLDS)

    @property
    def reports_full(self) -> bool:
        return True

    def enough(self, trials: Sequence[ReplayedTrial], budget: int) -> bool:
        return spent(trials) + self._race_epochs(trials) >= budget

    def outcome(
        self, table: Table, trials: Sequence[ReplayedTrial], fold: int, budget: int
    ) -> Outcome | None:
        fits = [
            count
            for count in range(MIN_ENTRANTS, len(trials) + 1)
            if spent(trials[:count]) + self._race_epochs(trials[:count]) <= budget
        ]
        used = trials[: max(fits, default=0)]
        screened = {trial.recipe: trial.accuracy for trial in used if trial.complete}
        if not screened:
            return None
        folds = self._folds_of_race(fold)
        racers = [
            Racer(recipe, tuple(float(table.curve(recipe, f, FULL).seen[-1]) for f in folds))
            for recipe in entrants(screened, self.keep)
        ]
        result = standings(racers, self.p)
        assert result is not None, "every racer has finished every fold"
        run = sum(row.n for row in result.rows) * FULL
        winner = result.winner
        return Outcome(winner.number, winner.mean, spent(used) + run, len(used))

    def _folds_of_race(self, fold: int) -> tuple[int, ...]:
        # A screen of long schedules has seen the only long runs of its fold.
        fresh = (fold, 1 - fold, 2, 3, 4) if self.epochs < FULL else (1 - fold, 2, 3, 4)
        return fresh[: self.race_folds]

    def _race_epochs(self, trials: Sequence[ReplayedTrial]) -> int:
        complete = sum(trial.complete for trial in trials)
        entering = entrants_of(complete, self.keep)
        acts = min(self.race_folds, first_test(self.p))
        halved = math.ceil(entering / 2) * (self.race_folds - acts)
        return (entering * acts + halved) * FULL


def spent(trials: Sequence[ReplayedTrial]) -> int:
    """Epochs that the trials trained."""
    return sum(trial.epochs for trial in trials)

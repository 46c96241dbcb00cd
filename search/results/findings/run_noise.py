"""How far apart two single runs must be to be told apart."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fer.formatting import SPACE, count, points
from fer.intervals import NORMAL_95
from search.results.snapshot import Snapshot
from search.results.trials import State

MIN_FREEDOM = 2


@dataclass(frozen=True)
class Run:
    """A run of a recipe that may have several.

    Attributes:
        recipe: the same for runs that differ in seed and split alone.
        split: the same for runs with the same held-out faces.
    """

    recipe: str
    split: int
    accuracy: float


@dataclass(frozen=True)
class Spread:
    """The standard deviation of single runs of one recipe on one split, and its 95 % interval."""

    sd: float
    low: float
    high: float
    freedom: int
    runs: int
    recipes: int

    def __str__(self) -> str:
        return (
            f"runs of one recipe with other seeds have an SD of {points(self.sd)[1:]} (95{SPACE}% "
            f"interval {100 * self.low:.2f} to {100 * self.high:.2f}, {count(self.runs, 'run')} of "
            f"{count(self.recipes, 'recipe')})"
        )

    @property
    def quantile(self) -> float:
        """Of the t distribution, for a 95 % interval."""
        from scipy.special import stdtrit

        return float(stdtrit(self.freedom, 0.975))


@dataclass(frozen=True)
class Noise:
    """The noise of the difference of two single runs.

    Attributes:
        least: two runs that differ by less are within a 95 % interval around no difference.
        source: what it was computed from, in words with its numbers.
    """

    least: float
    source: str


def noise_of_runs(spread: Spread | None, accuracy: float, n: int | None) -> Noise | None:
    """From repeated runs where there are some, else from the standard error of an accuracy.

    Args:
        n: the faces that the accuracy was measured on; None where that is not known.
    """
    if spread is not None:
        return Noise(spread.quantile * math.sqrt(2) * spread.sd, str(spread))
    if not n:
        return None
    error = math.sqrt(accuracy * (1 - accuracy) / n)
    return Noise(
        NORMAL_95 * math.sqrt(2) * error,
        f"the standard error of one accuracy on n{SPACE}={SPACE}{n:,} held-out faces is "
        f"{points(error)[1:]} (no recipe was trained again to show how much its seed adds)",
    )


def repeated_runs(study: Snapshot) -> list[Run]:
    """The complete runs of the study's trials and of its confirmation."""
    runs = []
    for trial in study.trials:
        if trial.state == State.COMPLETE and trial.recipe:
            group = trial.number if trial.group is None else trial.group
            # The screen trains a recipe for fewer epochs than the race.
            recipe, split = f"{group}/{trial.epochs_planned}", int(trial.recipe["split_seed"])
            runs.append(Run(recipe, split, trial.accuracies.get(trial.last_epoch, trial.accuracy)))
    for fold in study.confirmation.folds if study.confirmation else ():
        if fold.accuracy is not None:
            runs.append(Run(f"{fold.candidate}/{fold.epochs}", fold.split_seed, fold.accuracy))
    return runs


def spread_of(runs: Sequence[Run]) -> Spread | None:
    """What is left of the variance of runs when recipe and split are accounted for, as two sums.

    None with fewer than two degrees of freedom.
    """
    by_recipe = defaultdict(list)
    for run in runs:
        by_recipe[run.recipe].append(run)
    several = [run for group in by_recipe.values() if len(group) > 1 for run in group]
    if not several:
        return None
    recipes = {run.recipe for run in several}
    columns = [[run.recipe == recipe for run in several] for recipe in recipes]
    columns += [[run.split == split for run in several] for split in {r.split for r in several}]
    design = np.array(columns, float).T
    accuracies = np.array([run.accuracy for run in several])
    freedom = len(several) - int(np.linalg.matrix_rank(design))
    if freedom < MIN_FREEDOM:
        return None
    left = accuracies - design @ np.linalg.lstsq(design, accuracies)[0]
    total = float(left @ left)
    from scipy.special import gammaincinv  # the chi-squared quantile, without scipy.stats

    low, high = (math.sqrt(total / (2 * gammaincinv(freedom / 2, p))) for p in (0.975, 0.025))
    return Spread(math.sqrt(total / freedom), low, high, freedom, len(several), len(recipes))

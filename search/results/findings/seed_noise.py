"""A gain over the baseline that is smaller than the noise of single runs."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fer.formatting import SPACE, count, percent, points, signed
from fer.intervals import NORMAL_95
from search.results.findings.base import Finding, Material
from search.results.means import PairedRunsGain
from search.results.snapshot import Snapshot
from search.results.trials import State
from search.results.verdict import Verdict

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


def find(material: Material) -> Iterator[Finding]:
    """The best trial is ahead of the baseline by less than runs of one recipe differ anyhow."""
    verdict = material.verdict
    if verdict.best is None or verdict.baseline is None or material.confirmed:
        return
    gain = verdict.best.value - verdict.baseline.value
    if not verdict.equal or gain <= 0:
        return
    spread = spread_of(repeated_runs(material.snapshot))
    if isinstance(verdict.gain, PairedRunsGain):
        evidence = _of_means(verdict.gain, spread)
    else:
        evidence = _of_single_runs(material.verdict, gain, spread)
    if evidence:
        compared = f"{percent(verdict.best.value)} against {percent(verdict.baseline.value)}"
        yield Finding(
            "seed-noise",
            "Train the best recipe and the baseline with more seeds before you quote the gain "
            f"{material.confirm}",
            f"it is {points(gain)} ({compared}, {evidence}",
        )


def _of_means(gain: PairedRunsGain, spread: Spread | None) -> str:
    if gain.low > 0:
        return ""
    text = (
        f"means over {count(gain.n, 'pair')} of a fold and a seed), and its 95{SPACE}% interval, "
        f"{signed(100 * gain.low)} to {points(gain.high, 1)}, holds 0"
    )
    return f"{text}; {spread}" if spread else text


def _of_single_runs(verdict: Verdict, gain: float, spread: Spread | None) -> str:
    best = verdict.best
    if spread is not None:
        least, noise = spread.quantile * math.sqrt(2) * spread.sd, str(spread)
    elif best and best.n and not verdict.good:
        error = math.sqrt(best.value * (1 - best.value) / best.n)
        least = NORMAL_95 * math.sqrt(2) * error
        noise = (
            f"the standard error of one accuracy on n{SPACE}={SPACE}{best.n:,} held-out faces is "
            f"{points(error)[1:]} (no recipe was trained again to show how much its seed adds)"
        )
    else:
        return ""
    if gain >= least:
        return ""
    return (
        f"one run of each), and {noise}; two runs that differ by less than {points(least)[1:]} are "
        "not told apart"
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

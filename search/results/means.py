"""Accuracies that are means over several runs, and their difference, pair by pair.

A pair is a fold and a seed; the runs of two recipes in the same pair have the same held-out faces.
Intervals are Student's, over the runs; the test is Wilcoxon's signed-rank test.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean, stdev

from fer.formatting import SPACE, interval, percent
from search.racing.paired import paired_difference
from search.results.accuracy import AccuracyComparison, AccuracyGain, MeasuredAccuracy
from search.results.trials import TrialRecord


@dataclass(frozen=True)
class MeanAccuracy(MeasuredAccuracy):
    """A mean accuracy in [0, 1] over ``runs``, in the order of their pairs; ``n`` is None.

    Attributes:
        unit: what each is: a run, or a fold whose runs have different seeds.
    """

    runs: tuple[float, ...] = ()
    unit: str = "run"

    @cached_property
    def sd(self) -> float:
        """The standard deviation of the runs."""
        return stdev(self.runs)

    @cached_property
    def ends(self) -> tuple[float, float] | None:
        """The 95 % t interval of the mean."""
        return mean_interval(self.runs)

    @property
    def basis(self) -> str:
        return f"n{SPACE}={SPACE}{len(self.runs)} {self.unit}s"

    def __str__(self) -> str:
        low, high = self.ends or (self.value, self.value)
        return (
            f"{percent(self.value)} (mean of {len(self.runs)} {self.unit}s, SD {100 * self.sd:.2f}"
            f"{SPACE}points, 95{SPACE}% interval {interval(low, high)})"
        )


@dataclass(frozen=True)
class PairedRunsGain(AccuracyGain):
    """The mean difference of two recipes over ``n`` pairs.

    Attributes:
        p: of the one-sided signed-rank test that the first is better.
        unit: what a pair is.
    """

    unit: str = "pairs of a fold and a seed"

    @property
    def settled(self) -> bool:
        """Whether the interval excludes zero. Not the test: with 4 pairs its p is at least 0.06."""
        return self.low > 0 or self.high < 0

    @property
    def test(self) -> str:
        return (
            f"t{SPACE}interval over {self.n} {self.unit}; one-sided signed-rank "
            f"test that it is better, p{SPACE}={SPACE}{self.p:.2g}"
        )


def mean_interval(runs: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % t interval of the mean of some runs; None for fewer than two."""
    if len(runs) < 2:
        return None
    from scipy.special import stdtrit  # the t quantile, without the weight of scipy.stats

    mean = fmean(runs)
    half = float(stdtrit(len(runs) - 1, 0.975)) * stdev(runs) / math.sqrt(len(runs))
    return mean - half, mean + half


def measured(trial: TrialRecord, held_out: int | None) -> MeasuredAccuracy:
    """The accuracy of a trial that ran to its end: a mean where the objective has several runs."""
    if len(trial.runs) < 2:
        return MeasuredAccuracy(trial.accuracy, held_out)
    return MeanAccuracy(trial.accuracy, None, tuple(trial.runs.values()))


def over_folds(folds: Sequence[float], held_out: int | None) -> MeasuredAccuracy:
    """The accuracy of a recipe in a race, of which each value is a fold's."""
    if len(folds) < 2:
        return MeasuredAccuracy(fmean(folds), held_out)
    return MeanAccuracy(fmean(folds), None, tuple(folds), "fold")


def runs_gain(one: Sequence[float], other: Sequence[float]) -> PairedRunsGain:
    """The gain of one recipe over another, whose runs are in the same pairs."""
    difference = paired_difference(one, other)
    return PairedRunsGain(
        difference.mean, difference.low, difference.high, difference.n, difference.p
    )


def compare_means(
    first: str, second: str, one: MeanAccuracy, other: MeanAccuracy
) -> AccuracyComparison:
    """Compare two recipes, whose runs are in the same pairs."""
    gain = runs_gain(one.runs, other.runs)
    if one.unit == "fold":
        gain = replace(gain, unit="folds")
    return AccuracyComparison(first, second, one, other, gain)

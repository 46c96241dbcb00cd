"""Two recipes on the same folds: their difference, its interval, and a one-sided test."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
_DIGITS = 12
"""Differences are rounded to these: means of the same accuracies may differ in the last bit."""


@dataclass(frozen=True)
class PairedDifference:
    """The mean of the differences of two recipes, fold by fold.

    Attributes:
        low, high: the 95 % t interval of the mean; both infinite with one fold.
        error: the standard error of the mean; infinite with one fold.
        n: folds.
        p: of the one-sided signed-rank test that the first recipe is better.
    """

    mean: float
    low: float
    high: float
    error: float
    n: int
    p: float

    @property
    def holds_zero(self) -> bool:
        """Whether the interval holds 0: the two recipes are not told apart."""
        return self.low <= 0 <= self.high


def paired_difference(one: Sequence[float], other: Sequence[float]) -> PairedDifference:
    """The difference of ``one`` minus ``other`` over the same folds, in the same order."""
    differences = _differences(one, other)
    n, mean = len(differences), float(differences.mean())
    error = half = math.inf
    if n > 1:
        from scipy.special import stdtrit  # the t quantile, without the weight of scipy.stats

        error = float(differences.std(ddof=1)) / math.sqrt(n)
        half = float(stdtrit(n - 1, 0.975)) * error
    p = _signed_rank(tuple(differences))
    return PairedDifference(mean, mean - half, mean + half, error, n, p)


def signed_rank(better: Sequence[float], worse: Sequence[float]) -> float:
    """The p-value of the one-sided Wilcoxon signed-rank test over the same folds.

    It is exact, so with ``k`` folds it is at least ``2**-k``: a threshold of 0.13 acts from the
    third fold on, one of 0.26 from the second. Folds with equal results are left out.
    """
    return _signed_rank(tuple(_differences(better, worse)))


def _differences(one: Sequence[float], other: Sequence[float]) -> FloatArray:
    if len(one) != len(other) or not one:
        raise ValueError(f"expected results on the same folds, got {len(one)} and {len(other)}")
    differences: FloatArray = np.asarray(one, float) - np.asarray(other, float)
    return differences.round(_DIGITS)


@lru_cache(maxsize=4096)  # a study asks again at each poll, a replay in each repeat
def _signed_rank(differences: tuple[float, ...]) -> float:
    if not any(differences):
        return 1.0
    from scipy.stats import wilcoxon

    return float(wilcoxon(differences, alternative="greater").pvalue)

"""Tests of the difference between two studies."""

import math
from collections.abc import Sequence

from search.results.accuracy import AccuracyComparison


def best_trials_p(comparison: AccuracyComparison) -> float | None:
    """The two-sided p-value of the best trials' difference; None where n is not known.

    McNemar's exact test where both predicted the same faces, else the pooled z-test of two shares.
    """
    gain, one, other = comparison.gain, comparison.one, comparison.other
    if gain is None or not one.n or not other.n:
        return None
    if gain.p is not None:
        return gain.p
    pooled = (one.value * one.n + other.value * other.n) / (one.n + other.n)
    variance = pooled * (1 - pooled) * (1 / one.n + 1 / other.n)
    return math.erfc(abs(gain.value) / math.sqrt(2 * variance)) if variance > 0 else 1.0


def superiority(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """The probability that a value of ``one`` is above one of ``other``, ties counted half, and the
    p-value of the Mann-Whitney U test."""
    from scipy.stats import mannwhitneyu

    if len({*one, *other}) == 1:
        return 0.5, 1.0
    test = mannwhitneyu(one, other)
    return float(test.statistic) / (len(one) * len(other)), float(test.pvalue)

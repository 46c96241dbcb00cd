"""Estimates of means as pages show them: with SD, n and interval."""

from fer.formatting import count, interval, percent, points, signed
from search.confirmation.statistics import Estimate

NONE = "–"


def mean_and_sd(estimate: Estimate | None, of: str) -> str:
    """As in ``84.02 ± 0.31 % (5 seeds)``; ``of``: what the values are, such as "seed"."""
    if estimate is None:
        return NONE
    return f"{plus_minus(estimate)} ({count(estimate.n, of)})"


def plus_minus(estimate: Estimate) -> str:
    """As in ``84.02 ± 0.31 %``; of one value without the SD."""
    if estimate.sd is None:
        return percent(estimate.mean)
    return f"{100 * estimate.mean:.2f} ± {percent(estimate.sd)}"


def ends_of(estimate: Estimate | None) -> str:
    """Its 95 % interval, as in ``82.9 to 85.2 %``."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return NONE
    return interval(estimate.low, estimate.high)


def difference(estimate: Estimate | None) -> str:
    """A difference of accuracies, as in ``+4.63 points (+3.8 to +5.5)``."""
    if estimate is None:
        return NONE
    if estimate.low is None or estimate.high is None:
        return points(estimate.mean)
    ends = f"{signed(100 * estimate.low)} to {signed(100 * estimate.high)}"
    return f"{points(estimate.mean)} ({ends})"

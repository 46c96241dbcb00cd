"""What stopping trials early cost: wrong stops, regret, and what early epochs say about the end.

Pure statistics, of studies that ran and of ones that are replayed. Without ``scipy.stats``: a
supervisor computes them for the study's note, and has no memory for it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer.intervals import NORMAL_95

TOP = 0.25
MIN_RANKED = 4


@dataclass(frozen=True)
class Share:
    """``hits`` of ``n``, with the 95 % interval of the share (Clopper and Pearson, 1934).

    The interval is exact, so it holds for the few trials that are audited, too.
    """

    hits: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself, in [0, 1]."""
        return self.hits / self.n


@dataclass(frozen=True)
class StopQuality:
    """What stopped trials reached when they ran on, beside the trials that were not stopped.

    Attributes:
        best_kept: the highest final accuracy of the trials that were not stopped.
        best_stopped: that of the stopped trials.
        wrong: of the stopped trials, those that ended above ``best_kept``.
        top: those that ended above three quarters of the trials that were not stopped.
        mean_regret: how far a stopped trial ended above ``best_kept``, 0 where it did not, in the
            mean over the stopped trials.
    """

    best_kept: float
    best_stopped: float
    wrong: Share
    top: Share
    mean_regret: float

    @property
    def regret(self) -> float:
        """What was lost with these trials: how far the best of them ended above ``best_kept``; 0
        where none did."""
        return max(0.0, self.best_stopped - self.best_kept)


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rank correlation of ``n`` pairs, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


def share_of(hits: int, n: int, level: float = 0.95) -> Share:
    """``hits`` of ``n`` draws, with the exact interval. ``n``: at least 1."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if hits == n else float(betaincinv(hits + 1, n - hits, 1 - tail))
    return Share(hits, n, low, high)


def stop_quality(stopped: Sequence[float], kept: Sequence[float]) -> StopQuality | None:
    """How good the stops were; None where one of the two is empty.

    Args:
        stopped: the final accuracies of trials that the pruner would have stopped.
        kept: those of the trials that it let run to their end.
    """
    if not stopped or not kept:
        return None
    ends, best = np.asarray(stopped, float), max(kept)
    bar = np.quantile(np.asarray(kept, float), 1 - TOP)
    return StopQuality(
        best_kept=best,
        best_stopped=float(ends.max()),
        wrong=share_of(int((ends > best).sum()), len(ends)),
        top=share_of(int((ends > bar).sum()), len(ends)),
        mean_regret=float(np.maximum(ends - best, 0).mean()),
    )


def rank_correlation(
    early: Sequence[float], final: Sequence[float], normal: float = NORMAL_95
) -> RankCorrelation | None:
    """How well the order of trials at an early epoch agrees with the order at their end.

    The interval is Fisher's with the standard error of Bonett and Wright (2000, Psychometrika 65,
    23-28). A perfect order counts as half a swap of two neighbours, else its interval had no width.

    Args:
        normal: quantile of the normal distribution; another one for another level than 95 %.

    Returns:
        None for fewer than 4 trials, and where all early or all final values are equal.
    """
    n = len(early)
    if n < MIN_RANKED or min(early) == max(early) or min(final) == max(final):
        return None
    value = float(np.corrcoef(_ranks(early), _ranks(final))[0, 1])
    limit = 1 - 6 / (n * (n * n - 1))
    inner = min(limit, max(-limit, value))
    half = normal * math.sqrt((1 + inner * inner / 2) / (n - 3))
    centre = math.atanh(inner)
    return RankCorrelation(value, math.tanh(centre - half), math.tanh(centre + half), n)


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Ranks from 0; equal values have the mean of theirs."""
    _, place, counts = np.unique(np.asarray(values, float), return_inverse=True, return_counts=True)
    means: NDArray[np.float64] = counts.cumsum() - (counts + 1) / 2
    return means[place]

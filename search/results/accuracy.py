"""Measured accuracies, their intervals, and the difference of two of them.

The interval of one accuracy is Wilson's (1927). The difference of two is tested by McNemar's exact
test, with Wald's interval for paired shares, where the predictions of both on the same faces are at
hand; otherwise its interval is Newcombe's (1998, method 10) for unpaired shares.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fer.formatting import SPACE, interval, percent, points, signed
from fer.intervals import NORMAL_95, newcombe, wilson
from fer.scores import Scores

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class MeasuredAccuracy:
    """An accuracy in [0, 1], and the number of faces that it was measured on, where known."""

    value: float
    n: int | None

    @cached_property
    def ends(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval; None where n is not known."""
        return wilson(min(round(self.value * self.n), self.n), self.n) if self.n else None

    @property
    def basis(self) -> str:
        """What its interval rests on, as in ``n = 1,619``; empty where that is not known."""
        return f"n{SPACE}={SPACE}{self.n:,}" if self.n else ""

    def __str__(self) -> str:
        if self.ends is None:
            return percent(self.value)
        return f"{percent(self.value)} (95{SPACE}% interval {interval(*self.ends)}, n = {self.n:,})"


@dataclass(frozen=True)
class AccuracyGain:
    """The difference of two accuracies, with its 95 % interval.

    Attributes:
        n: of faces, of each where they are unpaired.
        p: of McNemar's exact test; None where the accuracies are unpaired.
    """

    value: float
    low: float
    high: float
    n: int
    p: float | None = None

    @property
    def paired(self) -> bool:
        """Whether both were measured on the same faces, face by face."""
        return self.p is not None

    @property
    def settled(self) -> bool:
        """Whether the interval excludes zero and, where there is a test, it is significant."""
        return (self.low > 0 or self.high < 0) and (self.p is None or self.p < SIGNIFICANT)

    @property
    def test(self) -> str:
        """The statistic that was used, in words."""
        if self.p is None:
            return "Newcombe's interval for unpaired accuracies"
        return f"McNemar's exact test on the same faces, p{SPACE}={SPACE}{self.p:.2g}"

    def __str__(self) -> str:
        ends = f"{signed(100 * self.low)} to {points(self.high, 1)}"
        return f"95{SPACE}% interval of the difference {ends}; {self.test}"


@dataclass(frozen=True)
class AccuracyComparison:
    """One accuracy compared with another.

    Attributes:
        first, second: names that stand in a sentence, such as "trial 5" and "the baseline".
        gain: of ``one`` over ``other``; None where the number of faces is not known.
    """

    first: str
    second: str
    one: MeasuredAccuracy
    other: MeasuredAccuracy
    gain: AccuracyGain | None

    @property
    def settled(self) -> bool:
        """Whether the difference is statistically significant."""
        return self.gain is not None and self.gain.settled

    @property
    def ahead(self) -> bool:
        """Whether the first is the higher one, significant or not."""
        return self.one.value > self.other.value

    @property
    def difference(self) -> str:
        """As in ``2.84 points above the 78.88 % of the baseline``."""
        by = self.one.value - self.other.value
        reference = f"the {percent(self.other.value)} of {self.second}"
        if by == 0:
            return f"level with {reference}"
        amount = f"{100 * abs(by):.2f}{SPACE}points"
        return f"{amount} {'above' if by > 0 else 'below'} {reference}"

    @property
    def significance(self) -> str:
        """Whether the difference is significant, and by which statistic."""
        if self.gain is None:
            return "its significance is unknown, as the number of held-out faces is not recorded"
        return f"{'' if self.settled else 'not '}statistically significant ({self.gain})"

    @property
    def sentence(self) -> str:
        """The comparison in one sentence."""
        lead = f"{self.first} has a validation accuracy of {self.one}"
        return f"{lead}, {self.difference}: {self.significance}."


def compare(
    first: str,
    second: str,
    one: MeasuredAccuracy,
    other: MeasuredAccuracy,
    scores: tuple[Scores | None, Scores | None] = (None, None),
) -> AccuracyComparison:
    """Compare two accuracies: paired where both have predictions on the same faces.

    Args:
        scores: the predictions that ``one`` and ``other`` were computed from, where at hand.
    """
    one_scores, other_scores = scores
    gain = None
    if one_scores is not None and other_scores is not None:
        gain = paired_gain(one_scores, other_scores)
    return AccuracyComparison(first, second, one, other, gain or unpaired_gain(one, other))


def unpaired_gain(one: MeasuredAccuracy, other: MeasuredAccuracy) -> AccuracyGain | None:
    """The gain of one accuracy over another, each measured by itself."""
    if not one.n or not other.n:
        return None
    low, high = newcombe(one.value, one.n, other.value, other.n)
    return AccuracyGain(one.value - other.value, low, high, min(one.n, other.n))


def paired_gain(one: Scores, other: Scores) -> AccuracyGain | None:
    """The gain of one over the other on the same faces; None if the faces are not the same."""
    if not len(one) or not np.array_equal(one.index, other.index):
        return None
    if not np.array_equal(one.label, other.label):
        return None
    first, second = one.predicted == one.label, other.predicted == other.label
    won, lost, n = int((first & ~second).sum()), int((~first & second).sum()), len(one)
    gain = (won - lost) / n
    half = NORMAL_95 * math.sqrt(max(won + lost - (won - lost) ** 2 / n, 0.0)) / n
    return AccuracyGain(gain, gain - half, gain + half, n, mcnemar(won, lost))


def mcnemar(won: int, lost: int) -> float:
    """The two-sided p-value of McNemar's exact test.

    Without scipy: a supervisor computes it, too, and has no memory for ``scipy.stats``.

    Args:
        won, lost: how many faces only the first, and only the second, classified correctly.
    """
    n = won + lost
    tail = sum(math.comb(n, k) for k in range(min(won, lost) + 1))
    return min(1.0, 2 * tail / (1 << n))

"""95 % intervals of shares, and of the difference of two.

Apart from the metrics, and without scipy: what watches over a study has no room for torch, nor the
second that scipy takes to import.
"""

import math

NORMAL_95 = 1.959963984540054
"""Standard errors on each side of the mean that hold 95 % of a normal distribution."""


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share of ``right`` in ``n`` (Wilson, 1927)."""
    share, z2 = right / n, NORMAL_95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return max(0.0, centre - half) if right else 0.0, min(1.0, centre + half) if right < n else 1.0


def newcombe(one: float, n_one: int, other: float, n_other: int) -> tuple[float, float]:
    """The 95 % interval of the difference of two shares, each measured on faces of its own.

    Newcombe (1998), method 10: not whether two intervals overlap, which is too strict a test.
    """
    low, high = wilson(round(one * n_one), n_one)
    other_low, other_high = wilson(round(other * n_other), n_other)
    gain = one - other
    down, up = math.hypot(one - low, other_high - other), math.hypot(high - one, other - other_low)
    return gain - down, gain + up

"""95 % intervals of a proportion, and of the difference of two.

Without scipy, whose import takes a second: a study's supervisor uses them, too.
"""

import math

NORMAL_95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of the proportion ``right`` of ``n`` (Wilson, 1927)."""
    share, z2 = right / n, NORMAL_95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return max(0.0, centre - half) if right else 0.0, min(1.0, centre + half) if right < n else 1.0


def newcombe(one: float, n_one: int, other: float, n_other: int) -> tuple[float, float]:
    """The 95 % interval of the difference of two proportions of independent samples.

    Newcombe (1998), method 10. Whether two intervals overlap would be too strict a test.
    """
    low, high = wilson(round(one * n_one), n_one)
    other_low, other_high = wilson(round(other * n_other), n_other)
    gain = one - other
    down, up = math.hypot(one - low, other_high - other), math.hypot(high - one, other - other_low)
    return gain - down, gain + up

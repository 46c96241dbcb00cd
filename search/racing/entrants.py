"""Which screened trials enter the race."""

import math
from collections.abc import Mapping

MIN_ENTRANTS = 2
_DIGITS = 9
"""Of a product of a share and a number: 0.1 * 30 is a little above 3."""


def entrants(screened: Mapping[int, float], keep: float) -> tuple[int, ...]:
    """The trials that enter the race, best first; of equals the earlier.

    Args:
        screened: the accuracy of each complete trial of the screen, by its number.
        keep: the share that enters, rounded up; at least 2 trials enter if there are 2.
    """
    ranked = sorted(screened, key=lambda number: (-screened[number], number))
    return tuple(ranked[: entrants_of(len(ranked), keep)])


def entrants_of(screened: int, keep: float) -> int:
    """How many of so many complete trials enter the race."""
    share = math.ceil(round(keep * screened, _DIGITS))
    return min(screened, max(MIN_ENTRANTS, share))

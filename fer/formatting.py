"""Numbers as people read them: shares, differences, counts, durations and rates.

Light enough for every command.
"""

from fer.wording import counted

SPACE = "\u00a0"
"""Keeps a number and its unit on one line."""


def percent(share: float, digits: int = 2) -> str:
    """A share in [0, 1] as ``81.72 %``."""
    return f"{100 * share:.{digits}f}{SPACE}%"


def interval(low: float, high: float, digits: int = 1) -> str:
    """Two shares in [0, 1] as ``79.8 to 83.5 %``."""
    return f"{100 * low:.{digits}f} to {percent(high, digits)}"


def signed(number: float, digits: int = 1) -> str:
    """``+2.8`` or ``−0.7``, with a minus sign instead of a hyphen."""
    return f"{number:+.{digits}f}".replace("-", "−")


def points(difference: float, digits: int = 2) -> str:
    """A difference of two shares as ``+2.84 points``."""
    return f"{signed(100 * difference, digits)}{SPACE}points"


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 trial``, ``2,000 trials`` on a page: on one line; see ``fer.wording.counted``."""
    return counted(number, noun, plural).replace(" ", SPACE, 1)


def duration(seconds: float) -> str:
    """Seconds in the largest unit of which there are at least two: ``4.2 seconds``, ``90 seconds``,
    ``2.5 minutes``, ``7.1 hours``, ``3.0 days``."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f}{SPACE}{unit}"
    return f"{seconds:.0f}{SPACE}seconds" if seconds >= 10 else f"{seconds:.1f}{SPACE}seconds"


def clock(seconds: float) -> str:
    """Seconds as ``0:04:10``, hours without a limit: for a countdown that is redrawn in place."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"


def rate(number: float) -> str:
    """A speed in three digits or more: ``7.25``, ``835``, ``12,345``."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"

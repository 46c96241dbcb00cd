"""Numbers and names as people read them."""

import json
import math
from collections.abc import Sequence
from typing import Any

SPACE = "\u00a0"
"""Keeps a number and its unit on one line."""


def percent(share: float, digits: int = 2) -> str:
    """A share in [0, 1] as ``81.72 %``."""
    return f"{100 * share:.{digits}f}{SPACE}%"


def interval(low: float, high: float, digits: int = 1) -> str:
    """Two shares as ``79.8 to 83.5 %``."""
    return f"{100 * low:.{digits}f} to {percent(high, digits)}"


def points(difference: float, digits: int = 2) -> str:
    """A difference of two shares as ``+2.84 points``."""
    return f"{signed(100 * difference, digits)}{SPACE}points"


def signed(number: float, digits: int = 1) -> str:
    """``+2.8`` or ``−0.7``, with a real minus sign."""
    return f"{number:+.{digits}f}".replace("-", "−")


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 trial``, ``2,000 trials``."""
    return f"{number:,}{SPACE}{noun if number == 1 else plural or noun + 's'}"


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f}{SPACE}{unit}"
    return f"{seconds:.0f}{SPACE}seconds" if seconds >= 10 else f"{seconds:.1f}{SPACE}seconds"


def rate(number: float) -> str:
    """A speed in three digits or more: ``7.25``, ``835``, ``12,345``."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def scale_of(longest: float) -> tuple[str, float]:
    """The unit, and its seconds, for an axis that reaches to so many seconds."""
    units = (("hours", 3_600.0), ("minutes", 60.0))
    return next((unit for unit in units if longest >= 2 * unit[1]), ("seconds", 1.0))


def listing(words: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def value(setting: Any, digits: int = 3) -> str:
    """A recipe's value: floats to three digits, channel widths as ``32-64``."""
    if isinstance(setting, bool) or setting is None:
        return {True: "yes", False: "no", None: "–"}[setting]
    if isinstance(setting, float):
        return f"{setting:.{digits}g}"
    if isinstance(setting, list | tuple):
        numbers = all(isinstance(item, int) for item in setting)
        return ("-" if numbers else ", ").join(map(str, setting))
    return str(setting)


def different(settings: Sequence[Any]) -> bool:
    """Whether the values themselves differ, not only their first three digits."""
    return len({json.dumps(setting) for setting in settings}) > 1


def values(settings: Sequence[Any]) -> list[str]:
    """Values side by side: floats with as many digits as tell different ones apart."""
    apart = len({json.dumps(setting) for setting in settings})
    for digits in (3, 4, 6, 9):
        texts = [value(setting, digits) for setting in settings]
        if len(set(texts)) >= apart:
            return texts
    return [value(setting, 17) for setting in settings]


def raw(setting: Any) -> str | int | float | None:
    """A recipe's value for a CSV file: as it is, and as JSON where it is no number or word."""
    return json.dumps(setting) if isinstance(setting, bool | list | tuple | dict) else setting


def finite(number: float | None) -> bool:
    """Whether there is a number, and not NaN or infinity."""
    return number is not None and math.isfinite(number)


def plain(text: object, most: int = 24) -> str:
    """A name as plotly shows it as it is, cut short: plotly reads text as a kind of HTML, and a
    long name would take the figure's place."""
    whole = str(text)
    whole = whole if len(whole) <= most else f"{whole[: most - 1]}…"
    return whole.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def distinct(names: Sequence[object], most: int = 24) -> list[str]:
    """The same of several: of those that would read alike, the second ends in "(2)", as plotly
    takes two of one name for one."""
    found: list[str] = []
    for name in names:
        text, number = plain(name, most), 2
        while text in found:
            tail = f" ({number})"
            text, number = plain(name, most - len(tail)) + tail, number + 1
        found.append(text)
    return found

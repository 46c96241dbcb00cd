"""Values and names as pages and plots show them."""

import json
from collections.abc import Sequence
from typing import Any


def scale_of(longest: float) -> tuple[str, float]:
    """The unit, and its seconds, for an axis of so many seconds."""
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
        integers = all(isinstance(item, int) for item in setting)
        return ("-" if integers else ", ").join(map(str, setting))
    return str(setting)


def different(settings: Sequence[Any]) -> bool:
    """Whether the values differ, compared exactly."""
    return len({json.dumps(setting) for setting in settings}) > 1


def values(settings: Sequence[Any]) -> list[str]:
    """Several values: floats with as many digits as tell different ones apart."""
    distinct_values = len({json.dumps(setting) for setting in settings})
    for digits in (3, 4, 6, 9):
        texts = [value(setting, digits) for setting in settings]
        if len(set(texts)) >= distinct_values:
            return texts
    return [value(setting, 17) for setting in settings]


def raw(setting: Any) -> str | int | float | None:
    """A recipe's value for a CSV file: unrounded, and as JSON unless it is a number or text."""
    return json.dumps(setting) if isinstance(setting, bool | list | tuple | dict) else setting


def plain(text: object, most: int = 24) -> str:
    """A name for plotly, escaped, as plotly interprets some HTML in text, and shortened, as a long
    name would leave no room for the plot."""
    return shortened(text, most).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: object, most: int) -> str:
    """A name of at most so many characters, the last of them "…" where some are left out."""
    whole = str(text)
    return whole if len(whole) <= most else f"{whole[: most - 1]}…"


def distinct(names: Sequence[object], most: int = 24) -> list[str]:
    """Several names for plotly: the second of two equal ones ends in "(2)", as plotly merges
    categories of the same name."""
    texts: list[str] = []
    for name in names:
        text, number = plain(name, most), 2
        while text in texts:
            tail = f" ({number})"
            text, number = plain(name, most - len(tail)) + tail, number + 1
        texts.append(text)
    return texts

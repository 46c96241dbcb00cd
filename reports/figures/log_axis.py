"""Logarithmic axes whose ticks each state their whole value.

plotly's own ticks between the powers of ten are "2" and "5" alone: 0.2 reads as 2.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

MOST = 6
"""Ticks that fit beside each other on a phone."""
FEWEST = 3
"""Ticks below which an axis gets ticks at equal distances instead."""
MARGIN = 1.08
"""plotly draws an axis a little beyond its values."""


def number(value: float) -> str:
    """``0.0005``, ``2``, ``20,000``."""
    if value >= 1000:
        return f"{value:,.0f}"
    return str(np.format_float_positional(value, precision=6, fractional=False, trim="-"))


def si_number(value: float) -> str:
    """``500M``, ``2G``, ``20G``."""
    for prefix, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.6g}{prefix}"
    return number(value)


def log_axis(values: Iterable[float], text: Callable[[float], str] = number) -> dict[str, Any]:
    """plotly's logarithmic axis around some positive values."""
    shown = [float(value) for value in values]
    ticks = log_ticks(min(shown), max(shown))
    return {"type": "log", "tickvals": ticks, "ticktext": [text(tick) for tick in ticks]}


def log_ticks(low: float, high: float) -> list[float]:
    """At most ``MOST`` ticks at 1, 2 and 5 times powers of ten, or fewer of them; within a short
    range at equal distances."""
    if low == high:  # plotly draws a single value between its tenth and its tenfold
        low, high = low / 10, high * 10
    low, high = low / MARGIN, high * MARGIN
    for digits, decades in ((1, 2, 5), 1), ((1, 3), 1), *(((1,), each) for each in range(1, 400)):
        ticks = _within(low, high, digits, decades)
        if len(ticks) < FEWEST:
            return _equal_distances(low, high)
        if len(ticks) <= MOST:
            return ticks
    raise AssertionError("few enough decades apart, there are few ticks")


def _within(low: float, high: float, digits: tuple[int, ...], decades: int) -> list[float]:
    first = decades * math.floor(math.log10(low) / decades)
    powers = range(first, math.ceil(math.log10(high)) + 1, decades)
    ticks = [float(f"{digit}e{power}") for power in powers for digit in digits]
    return [tick for tick in ticks if low <= tick <= high]


def _equal_distances(low: float, high: float) -> list[float]:
    rough = (high - low) / (MOST - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough)
    counts = range(math.ceil(low / step), math.floor(high / step) + 1)
    return [float(f"{count * step:.6g}") for count in counts if count]

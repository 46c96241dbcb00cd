"""The numbers that an entry of a search space samples, and where in their range one lies."""

from dataclasses import dataclass
from math import log

from search.config.space import CategoricalEntry, FloatEntry, IntEntry
from search.config.space.entry import Entry

FEW = 20
"""Up to so many numbers are told one by one; more are a range."""


@dataclass(frozen=True)
class Range:
    """The numbers that an entry samples.

    Attributes:
        values: all of them, ascending, where they are few; else empty.
    """

    low: float
    high: float
    log: bool
    values: tuple[float, ...] = ()

    def position(self, value: float) -> float:
        """0 at the lower end, 1 at the upper one."""
        low, high, at = (log(x) if self.log else x for x in (self.low, self.high, value))
        return (at - low) / (high - low)

    def value(self, position: float) -> float:
        """The number at a position."""
        if self.log:
            return float(self.low * (self.high / self.low) ** position)
        return self.low + position * (self.high - self.low)

    def chance(self, edge: float) -> float:
        """The probability of a uniformly drawn value at one end, ``edge`` being its share."""
        return max(edge, 1 / len(self.values)) if self.values else edge


def range_of(entry: Entry) -> Range | None:
    """None for an entry whose values have no order, and for one of only two values."""
    if isinstance(entry, CategoricalEntry):
        if not all(type(choice) in (int, float) for choice in entry.choices):
            return None
        values = tuple(sorted(float(choice) for choice in entry.choices))  # type: ignore[arg-type]
        return Range(values[0], values[-1], False, values) if len(values) > 2 else None
    if not isinstance(entry, FloatEntry | IntEntry):
        return None
    values = tuple(entry.grid() or ())
    if 0 < len(values) < 3:
        return None
    return Range(entry.low, entry.high, entry.log, values if len(values) <= FEW else ())

"""The best trials lie at the edge of a range that a recipe would let go on."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from fer.recipe_limits import Limits, recipe_limits
from search.config.space import CategoricalEntry, FloatEntry, IntEntry
from search.config.space.entry import Entry
from search.results.findings.base import SIGNIFICANT, Finding, Material, at_least, number
from search.results.trials import TrialRecord

BEST = 5
MIN_HITS = 3
MIN_ENDED = 10
EDGE = 0.05
"""The share of a range at each of its ends that counts as its edge."""


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

    @property
    def chance(self) -> float:
        """The probability of a uniformly drawn value at one of the edges."""
        return max(EDGE, 1 / len(self.values)) if self.values else EDGE


def find(material: Material) -> Iterator[Finding]:
    """More of the best trials lie at one end of a range than chance explains."""
    entries = material.snapshot.definition.space.entries
    ranges = {name: known for name, entry in entries.items() if (known := _range(entry))}
    for name, known in ranges.items():
        ended = [trial for trial in material.compared if name in trial.params]
        best = [trial for trial in material.snapshot.complete if name in trial.params][:BEST]
        if len(best) < BEST or len(ended) < MIN_ENDED:
            continue
        limits = recipe_limits(entries[name].key)
        for upper in (False, True):
            hits = sum(_at_edge(known, trial, name, upper) for trial in best)
            chance = at_least(hits, BEST, known.chance) * 2 * len(ranges)
            if hits >= MIN_HITS and chance < SIGNIFICANT and _room(known, limits, upper):
                yield _finding(name, known, limits, hits, upper)


def _range(entry: Entry) -> Range | None:
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
    return Range(entry.low, entry.high, entry.log, values if len(values) <= 1 / EDGE else ())


def _at_edge(known: Range, trial: TrialRecord, name: str, upper: bool) -> bool:
    value = trial.params[name]
    if known.values:
        return bool(value == known.values[-1 if upper else 0])
    position = known.position(value)
    return position >= 1 - EDGE if upper else position <= EDGE


def _room(known: Range, limits: Limits, upper: bool) -> bool:
    """Whether a recipe takes values beyond the range."""
    if upper:
        return limits.high is None or limits.high > known.high
    return limits.low is None or limits.low < known.low


def _finding(name: str, known: Range, limits: Limits, hits: int, upper: bool) -> Finding:
    end, limit = (known.high, limits.high) if upper else (known.low, limits.low)
    beyond = f"{'above' if upper else 'below'} {number(end)}"
    if limit is not None:
        included = limits.high_included if upper else limits.low_included and not known.log
        words = {(True, True): "up to", (True, False): "below", (False, True): "down to",
                 (False, False): "above"}  # fmt: skip
        beyond += f" (a recipe takes values {words[upper, included]} {number(limit)})"
    if known.values:
        where = f"have {number(end)}, its {'largest' if upper else 'smallest'} value"
    else:
        inner = known.value(1 - EDGE if upper else EDGE)
        low, high = sorted((inner, end))
        where = (
            f"lie in the {'upper' if upper else 'lower'} {100 * EDGE:.0f}\u00a0% of its range, "
            f"{number(low)} to {number(high)}"
        )
    return Finding("edge", f"Widen {name} {beyond}", f"{hits} of the {BEST} best trials {where}")

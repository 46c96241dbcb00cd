"""The best trials lie at the edge of a range that a recipe would let go on."""

from collections.abc import Iterator

from fer.recipe_limits import Limits, recipe_limits
from search.results.findings.base import SIGNIFICANT, Finding, Material, at_least, number
from search.results.findings.ranges import Range, range_of
from search.results.trials import TrialRecord

BEST = 5
MIN_HITS = 3
MIN_ENDED = 10
EDGE = 0.05
"""The share of a range at each of its ends that counts as its edge."""


def find(material: Material) -> Iterator[Finding]:
    """More of the best trials lie at one end of a range than chance explains."""
    entries = material.snapshot.definition.space.entries
    ranges = {name: known for name, entry in entries.items() if (known := range_of(entry))}
    for name, known in ranges.items():
        ended = [trial for trial in material.compared if name in trial.params]
        best = [trial for trial in material.snapshot.complete if name in trial.params][:BEST]
        if len(best) < BEST or len(ended) < MIN_ENDED:
            continue
        limits = recipe_limits(entries[name].key)
        for upper in (False, True):
            hits = sum(_at_edge(known, trial, name, upper) for trial in best)
            chance = at_least(hits, BEST, known.chance(EDGE)) * 2 * len(ranges)
            if hits >= MIN_HITS and chance < SIGNIFICANT and _room(known, limits, upper):
                yield _finding(name, known, limits, hits, upper)


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

"""Values of a categorical hyperparameter that no trial brought to its end."""

from collections import Counter
from collections.abc import Iterator

from search.config.space import CategoricalEntry, label
from search.results.findings.base import Finding, Material
from search.results.trials import State

TRIES = 3
"""Ended trials for each value, before one that was never tried is told."""


def find(material: Material) -> Iterator[Finding]:
    """A value was tried and never ran to its end, or was never tried."""
    study = material.snapshot
    for name, entry in study.definition.space.entries.items():
        if not isinstance(entry, CategoricalEntry):
            continue
        ended = [t for t in study.searched if name in t.params and t.state.finished]
        tried = Counter(t.params[name] for t in ended)
        complete = Counter(t.params[name] for t in ended if t.state == State.COMPLETE)
        values = [label(choice) for choice in entry.choices]
        never = [value for value in values if tried[value] and not complete[value]]
        enough = len(ended) >= TRIES * len(values)
        untried = [value for value in values if enough and not tried[value]]
        if not complete or not (never or untried):
            continue
        parts = []
        if never:
            tries = " or ".join(f"{value} (of {tried[value]})" for value in never)
            parts.append(f"no trial with {tries} ran to its end")
        if untried:
            was = "was" if len(untried) == 1 else "were"
            parts.append(f"{', '.join(map(str, untried))} {was} never tried")
        shown = ", ".join(
            f"{value} {complete[value]} of {tried[value]}" for value in values if complete[value]
        )
        lost = len(never) + len(untried)
        unknown = "its final accuracy is" if lost == 1 else "their final accuracies are"
        yield Finding(
            "choices",
            f"Do not rank all values of {name} yet",
            f"{'; '.join(parts)}, so {unknown} unknown (complete: {shown})",
        )

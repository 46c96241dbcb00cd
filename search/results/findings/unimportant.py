"""Hyperparameters with next to no importance, where there are enough trials to tell."""

from collections import Counter
from collections.abc import Iterator

from fer.formatting import percent
from search.config.space import CategoricalEntry, label
from search.results.findings.base import Finding, Material, number
from search.results.importance import NEWEST

MIN_TRIALS = 40
MIN_EACH = 3
"""Complete trials with each value of a categorical hyperparameter."""
SHARE = 0.03


def find(material: Material) -> Iterator[Finding]:
    """Its share of the importance is small in nearly all resamples of at least 40 trials."""
    study, best = material.snapshot, material.snapshot.best
    if best is None or len(material.compared) < MIN_TRIALS or len(material.importances) < 3:
        return
    n = min(NEWEST, len(material.compared))
    for row in material.importances:
        if row.high < SHARE and row.name in best.params and _tried(material, row.name):
            fixed = best.params[row.name]
            yield Finding(
                "unimportant",
                f"Fix {row.name}, for example at the best trial's {number(fixed)}",
                f"its share of the importance is {percent(row.share, 0)}, and at most "
                f"{percent(row.high, 0)} in nine of ten resamples of {n:,} trials; "
                f"{len(study.complete):,} of the trials are complete",
            )


def _tried(material: Material, name: str) -> bool:
    """Whether all trials sample it and, of a categorical one, each value ran to its end."""
    study = material.snapshot
    entry = study.definition.space.entries.get(name)
    if entry is None or entry.when:
        return False
    if not isinstance(entry, CategoricalEntry):
        return True
    complete = Counter(trial.params[name] for trial in study.complete if name in trial.params)
    return all(complete[label(choice)] >= MIN_EACH for choice in entry.choices)

"""Few trials near the best one, so the best values may be those of a lucky trial."""

from collections.abc import Iterator

from fer.formatting import count
from search.config.space import Entry, VariantsEntry
from search.results.findings.base import Finding, Material, number
from search.results.findings.ranges import range_of
from search.results.trials import TrialRecord

MIN_ENDED = 10
MIN_NEAR = 3
NEAR = 0.1
"""The share of a range, to each side of the best value, that counts as near it."""
NAMES = 2
"""In more hyperparameters at once, hardly any two trials of a study are near each other."""


def find(material: Material) -> Iterator[Finding]:
    """Fewer than three ended trials are near the best one in what matters most."""
    best, entries = material.snapshot.best, material.snapshot.definition.space.entries
    if best is None or len(material.compared) < MIN_ENDED:
        return
    if any(isinstance(entry, VariantsEntry) for entry in entries.values()):
        return  # each variant is one recipe, and none is near another one
    names = [r.name for r in material.importances if r.name in best.params and r.name in entries]
    names = names[:NAMES]
    others = [trial for trial in material.compared if trial.number != best.number]
    near = [t for t in others if all(_is_near(entries[name], name, t, best) for name in names)]
    if not names or len(near) >= MIN_NEAR:
        return
    which = "the most important hyperparameter" if len(names) == 1 else (
        f"the {len(names)} most important hyperparameters"
    )  # fmt: skip
    at = " and ".join(f"{name} {number(best.params[name])}" for name in names)
    yield Finding(
        "near-optimum",
        "Run more trials before you take the best values for the optimum",
        f"only {len(near):,} of {count(len(others), 'other ended trial')} "
        f"{'is' if len(near) == 1 else 'are'} near the best one, {best.number} ({at}), within "
        f"{100 * NEAR:.0f}\u00a0% of the range or with the same value, in {which}",
    )


def _is_near(entry: Entry, name: str, trial: TrialRecord, best: TrialRecord) -> bool:
    if name not in trial.params:
        return False
    value, at = trial.params[name], best.params[name]
    known = range_of(entry)
    if known is None or known.values:
        return bool(value == at)
    return abs(known.position(value) - known.position(at)) <= NEAR

"""A long run of trials without a better one."""

from collections.abc import Iterator

from fer.formatting import count
from search.results.findings.base import Finding, Material

MIN_SINCE = 20
RATIO = 3
"""Of trials after the best one to those up to it. If all trials were equally good draws, the best
would come as early as that in one study of four."""


def find(material: Material) -> Iterator[Finding]:
    """The best trial came early, and many that ended after it did not beat it."""
    best = material.snapshot.best
    if best is None:
        return
    since = sum(trial.number > best.number for trial in material.compared)
    before = len(material.compared) - since
    if since >= MIN_SINCE and since >= RATIO * before:
        yield Finding(
            "plateau",
            "Change the search space, or confirm the best recipe, rather than add trials",
            f"the best trial is number {best.number}, and {count(since, 'later trial')} of "
            f"{len(material.compared):,} did not beat it",
        )

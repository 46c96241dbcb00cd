"""Too few trials to judge a search space by."""

from collections.abc import Iterator

from fer.formatting import count
from search.results.findings.base import Finding, Material

MIN_TRIALS = 10


def find(material: Material) -> Iterator[Finding]:
    """Fewer than ten trials were complete or pruned."""
    study, ended = material.snapshot, len(material.compared)
    if not study.searched:
        yield Finding(
            "not-started", "Run the study", "no trial of the search space has started yet"
        )
    elif ended < MIN_TRIALS and len(study.failed) < len(study.searched):
        yield Finding(
            "few-trials",
            "Run more trials",
            f"{count(ended, 'searched trial')} ended complete or pruned, too few to judge the "
            "search space or a hyperparameter",
        )

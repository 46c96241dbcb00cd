"""A pruner that may stop trials too early."""

from collections.abc import Iterator
from statistics import median

from fer.formatting import count, percent
from search.results.findings.base import Finding, Material
from search.results.snapshot import Snapshot

MIN_ENDED = 10
MIN_COMPLETE = 5


def find(material: Material) -> Iterator[Finding]:
    """All were pruned, hardly any ran to its end, or good ones were pruned."""
    study = material.snapshot
    if study.pruned and len(study.pruned) == len(study.searched):
        last = max(trial.last_epoch for trial in study.pruned)
        yield Finding(
            "all-pruned",
            "Prune later",
            f"all {count(len(study.pruned), 'searched trial')} were pruned, none after epoch "
            f"{last} of {study.definition.trial_epochs}",
        )
    elif len(material.compared) >= MIN_ENDED and len(study.complete) < MIN_COMPLETE:
        ranking = "accuracy" if len(study.complete) == 1 else "accuracies"
        yield Finding(
            "few-complete",
            "Let more trials run to their end",
            f"only {len(study.complete):,} of {count(len(material.compared), 'searched trial')} "
            "did, the others were pruned, so the ranking rests on "
            f"{len(study.complete):,} final {ranking}",
        )
    yield from _good_ones(study)


def _good_ones(study: Snapshot) -> Iterator[Finding]:
    if len(study.complete) < MIN_COMPLETE:
        return
    middle = median(trial.accuracy for trial in study.complete)
    good = [t for t in study.pruned if t.last_accuracy is not None and t.last_accuracy > middle]
    if good:
        yield Finding(
            "good-pruned",
            "Prune later or less",
            f"{len(good):,} of {count(len(study.pruned), 'pruned trial')} had more than "
            f"{percent(middle)} when they were pruned, which is the median of the "
            f"{count(len(study.complete), 'complete trial')} at their end",
        )

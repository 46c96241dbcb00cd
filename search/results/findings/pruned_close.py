"""A pruner that stops trials by differences that single runs cannot show."""

from collections.abc import Iterator
from statistics import median

from fer.formatting import count, points
from search.results.findings.base import Finding, Material
from search.results.findings.run_noise import noise_of_runs, repeated_runs, spread_of
from search.results.study_audit import study_audit

MIN_STOPPED = 5


def find(material: Material) -> Iterator[Finding]:
    """Most stopped trials were within the noise of those that went on from the same epoch.

    Each is compared with the median of those that reported a later epoch and were not stopped.
    """
    audit = study_audit(material.snapshot, material.held_out)
    begun = [trial for trial in material.snapshot.trials if trial.is_of_space]
    spread = spread_of(repeated_runs(material.snapshot))
    compared, close, largest = 0, 0, None
    for at in {epoch for _, epoch in audit.stops}:
        stopped = [trial for trial, epoch in audit.stops if epoch == at and at in trial.accuracies]
        went_on = [t for t in begun if at in t.accuracies and t.last_epoch > at and t.audited != at]
        if not went_on:
            continue
        middle = median(trial.accuracies[at] for trial in went_on)
        noise = noise_of_runs(spread, middle, material.held_out)
        if noise is None:
            return
        compared += len(stopped)
        close += sum(middle - trial.accuracies[at] < noise.least for trial in stopped)
        largest = max(largest, noise, key=lambda each: each.least) if largest else noise
    if largest is None or compared < MIN_STOPPED or 2 * close <= compared:
        return
    yield Finding(
        "pruned-close",
        "Stop fewer trials, or compare complete runs of fewer epochs on several folds",
        f"{close:,} of {count(compared, 'stopped trial')} were less than "
        f"{points(largest.least)[1:]} below the median of the trials that went on from the same "
        f"epoch, so single runs do not tell them apart: {largest.source}",
    )

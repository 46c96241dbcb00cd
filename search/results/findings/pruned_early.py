"""A pruner that acts before the accuracy says something about the end."""

import math
from collections.abc import Iterator
from statistics import NormalDist

from fer.formatting import SPACE, count, percent, points, signed
from fer.recipe import WARM_UP
from search.results.findings.base import SIGNIFICANT, Finding, Material
from search.results.study_audit import StudyAudit, study_audit, with_end
from search.results.trials import TrialRecord

MIN_STOPPED = 3
MIN_TRIALS = 10
LOW = 0.5
"""A rank correlation below this leaves three quarters of the variance of the ranks open."""


def find(material: Material) -> Iterator[Finding]:
    """It stops trials in the warm-up, stopped one that was better, or ranks them by chance."""
    audit = study_audit(material.snapshot, material.held_out)
    yield from _in_warm_up(audit)
    yield from _wrong_stops(audit)
    yield from _low_correlation(audit)


def _in_warm_up(audit: StudyAudit) -> Iterator[Finding]:
    stops = audit.stops
    early = [(trial, epoch) for trial, epoch in stops if 0 < epoch <= warm_up_epochs(trial)]
    if len(early) < MIN_STOPPED:
        return
    last = max(epoch for _, epoch in early)
    warm_up = max(warm_up_epochs(trial) for trial, _ in early)
    yield Finding(
        "pruned-in-warm-up",
        f"Let the pruner begin after epoch {warm_up}",
        f"{len(early):,} of {count(len(stops), 'stopped trial')} were stopped by epoch {last}, "
        f"while the learning rate of the one-cycle schedule still rises until epoch {warm_up}: "
        "there, a recipe with a high learning rate looks worse than it is",
    )


def warm_up_epochs(trial: TrialRecord) -> int:
    """The epochs in which its learning rate rises; 0 for a schedule without a warm-up."""
    if trial.recipe.get("schedule") != "one_cycle":
        return 0
    return math.ceil(round(WARM_UP * (trial.epochs_planned or 0), 9))


def _wrong_stops(audit: StudyAudit) -> Iterator[Finding]:
    quality = audit.quality
    if quality is None or not quality.wrong.hits:
        return
    wrong, best = quality.wrong, audit.ended[0]
    yield Finding(
        "pruned-wrongly",
        "Prune later or less",
        f"{wrong.hits:,} of {count(wrong.n, 'audited trial')}, which the pruner would have "
        f"stopped, ended above the best complete trial that was not audited "
        f"({percent(quality.best_kept)}), the best by {points(quality.regret)} (trial "
        f"{best.number}, at epoch {best.audited}); the share of wrong stops is "
        f"{percent(wrong.value, 0)}, 95{SPACE}% interval {100 * wrong.low:.0f} to "
        f"{percent(wrong.high, 0)}, in single runs",
    )


def _low_correlation(audit: StudyAudit) -> Iterator[Finding]:
    """At the first rung where it is surely low, with the first one where it is not.

    Only where most trials that came to the rung ran to their end: the order of the few that a
    pruner picked there says little about the order of all.
    """
    rungs = [rung for rung in audit.rungs if rung.stopped]
    level = NormalDist().inv_cdf(1 - SIGNIFICANT / (2 * max(1, len(rungs))))
    complete = (*audit.kept, *audit.ended)
    for rung in rungs:
        reached = sum(rung.epoch in trial.accuracies for trial in (*complete, *audit.pruned))
        found, tested = rung.correlation, with_end(complete, rung.epoch, level)
        if found is None or tested is None or tested.high >= LOW:
            continue
        if found.n < MIN_TRIALS or 2 * found.n < reached:
            continue
        yield Finding(
            "pruned-early",
            f"Prune later than at epoch {rung.epoch}, or compare complete runs of fewer epochs",
            f"the pruner stopped {count(rung.stopped, 'trial')} there, and over "
            f"{count(found.n, 'trial')} that ran to their end the rank correlation of the accuracy "
            f"at epoch {rung.epoch} with that at the end is {signed(found.value, 2)} (95{SPACE}% "
            f"interval {signed(found.low, 2)} to {signed(found.high, 2)})",
        )
        return

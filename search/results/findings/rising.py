"""Accuracy that still rises when the training ends."""

from collections.abc import Iterator
from statistics import fmean, median

from fer.formatting import count
from search.results.findings.base import SIGNIFICANT, Finding, Material, at_least
from search.results.trials import TrialRecord

MIN_TRIALS = 5
MIN_EPOCHS = 8
MIN_RISE = 0.005


def find(material: Material) -> Iterator[Finding]:
    """Most complete trials are better in their last quarter than in the one before.

    Only with a constant learning rate: a decaying one raises the end of every curve.
    """
    trials = [
        trial
        for trial in material.snapshot.complete
        if trial.recipe.get("schedule") == "constant" and len(trial.accuracies) >= MIN_EPOCHS
    ]
    if len(trials) < MIN_TRIALS:
        return
    rises = [_rise(trial) for trial in trials]
    rising = sum(rise > 0 for rise in rises)
    if at_least(rising, len(rises), 0.5) < SIGNIFICANT and median(rises) >= MIN_RISE:
        yield Finding(
            "rising",
            "Train for more epochs",
            f"in {rising} of {count(len(trials), 'complete trial')} with a constant learning rate, "
            "the last quarter of the epochs has a higher mean accuracy than the quarter before, by "
            f"{100 * median(rises):.1f}\u00a0points in the median",
        )


def _rise(trial: TrialRecord) -> float:
    curve = list(trial.accuracies.values())
    quarter = len(curve) // 4
    return fmean(curve[-quarter:]) - fmean(curve[-2 * quarter : -quarter])

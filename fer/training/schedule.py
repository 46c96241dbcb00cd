"""Learning-rate schedules as pure functions of the step: a resumed run needs no state for them."""

import math

from fer.recipe import WARM_UP, Schedule

START = 1 / 25
"""Share of the peak at which the one-cycle schedule begins (Smith and Topin, 2018)."""


def learning_rate(schedule: Schedule, peak: float, step: int, steps: int) -> float:
    """The learning rate of a step.

    Args:
        peak: the recipe's learning rate.
        step: from 0 to ``steps - 1``.
        steps: of the whole run.
    """
    progress = step / steps
    if schedule == "constant":
        return peak
    if schedule == "cosine":
        return peak * _half_cosine(progress)
    if progress < WARM_UP:
        return peak * (START + (1 - START) * (1 - _half_cosine(progress / WARM_UP)))
    return peak * _half_cosine((progress - WARM_UP) / (1 - WARM_UP))


def _half_cosine(progress: float) -> float:
    """From 1 at 0 to 0 at 1."""
    return (1 + math.cos(math.pi * progress)) / 2

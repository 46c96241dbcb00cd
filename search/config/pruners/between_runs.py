"""Rules that decide between two runs of a trial, by its mean accuracy so far."""

from collections.abc import Sequence

import numpy as np


def means_after(runs: int, others: Sequence[Sequence[float]]) -> list[float]:
    """The mean of the first ``runs`` accuracies of each trial that has as many."""
    return [float(np.mean(other[:runs])) for other in others if len(other) >= runs]


def below_percentile(
    runs: Sequence[float], others: Sequence[Sequence[float]], percentile: float, startup: int
) -> bool:
    """Whether the mean so far is below a percentile of the others' after equally many runs.

    Args:
        startup: trials that must have as many runs before one ends.
    """
    means = means_after(len(runs), others)
    if not means or len(means) < startup:
        return False
    return bool(np.mean(runs) < np.percentile(means, percentile))


def not_among_best(
    runs: Sequence[float], others: Sequence[Sequence[float]], reduction: int, bootstrap: int
) -> bool:
    """Whether the mean so far is not among the best 1 in ``reduction`` after equally many runs.

    Asynchronous successive halving, with the number of runs as its resource.

    Args:
        bootstrap: trials that must have as many runs before one ends.
    """
    mean = float(np.mean(runs))
    means = sorted([mean, *means_after(len(runs), others)], reverse=True)
    if len(means) <= bootstrap:
        return False
    return mean < means[max(1, len(means) // reduction) - 1]

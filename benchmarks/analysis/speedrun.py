"""Which recipe reaches a goal sooner: the verdict on a speed run, from its recorded runs."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.recordings.recording import Measured

Floats = NDArray[np.float64]
Curves = Sequence[Floats]
"""Of each run ``[epochs, 2]``: seconds and accuracy."""

DROPPED_FROM = 5
"""From so many runs on, the fastest and the slowest are dropped from the mean time."""


@dataclass(frozen=True)
class Entry:
    """One recipe of a speed run.

    Attributes:
        name: of the recipe.
        epochs: of a run.
        n: runs, each with another seed and other held-out faces.
        seconds, seconds_sd: of a run: mean and SD without the fastest and the slowest.
        accuracy, accuracy_sd: on the held-out faces after the last epoch, of all runs.
        first_seconds: mean seconds until the end of the first epoch whose mean accuracy over the
            runs reaches the goal; None where none does.
        speedup: the reference's seconds over this recipe's, the geometric mean over the runs with
            the same seed; 1 for the reference.
        low, high: its 95 % t interval.
        behind: accuracy below the goal, the mean over the runs; negative = above.
        error: standard error of ``behind``.
    """

    name: str
    epochs: int
    n: int
    seconds: float
    seconds_sd: float
    accuracy: float
    accuracy_sd: float
    first_seconds: float | None
    speedup: float
    low: float
    high: float
    behind: float
    error: float

    @property
    def reached(self) -> bool:
        """Whether its mean accuracy is the goal, within one standard error."""
        return self.behind <= self.error


@dataclass(frozen=True)
class SpeedRun:
    """Attributes:
    goal: accuracy to reach, in [0, 1].
    own_goal: whether the goal is the reference's own mean.
    """

    reference: Entry
    contenders: tuple[Entry, ...]
    goal: float
    own_goal: bool


def mean_accuracy(curves: Iterable[Sequence[Sequence[float]] | Floats]) -> float:
    """The mean accuracy of some runs after their last epochs."""
    return statistics.fmean(curve[-1][1] for curve in curves)


def speed_run(cases: Sequence[Measured]) -> SpeedRun:
    """The verdict on the cases of one speed run, the reference first.

    With the reference's own mean as the goal, accuracies are compared seed by seed: runs with the
    same seed held out the same faces, which differ more than the recipes do.
    """
    runs = min(len(case.extra["curves"]) for case in cases)
    curves = {
        str(case.params["recipe"]): [np.asarray(c, np.float64) for c in case.extra["curves"][:runs]]
        for case in cases
    }
    base, goal = next(iter(curves.values())), float(cases[0].extra["goal"])
    own_goal = math.isclose(goal, mean_accuracy(base), abs_tol=1e-9)
    first, *others = (_entry(name, own, base, goal, own_goal) for name, own in curves.items())
    return SpeedRun(first, tuple(others), goal, own_goal)


def _entry(name: str, curves: Curves, base: Curves, goal: float, own_goal: bool) -> Entry:
    seconds, final = (np.array([curve[-1, column] for curve in curves]) for column in (0, 1))
    base_seconds, base_final = (np.array([c[-1, column] for c in base]) for column in (0, 1))
    behind = (base_final if own_goal else goal) - final
    kept = trimmed(seconds.tolist())
    speedup, low, high = _speedup(base_seconds / seconds)
    return Entry(
        name=name,
        epochs=len(curves[0]),
        n=len(curves),
        seconds=statistics.fmean(kept),
        seconds_sd=_sd(kept),
        accuracy=float(final.mean()),
        accuracy_sd=_sd(final.tolist()),
        first_seconds=_first(curves, goal),
        speedup=speedup,
        low=low,
        high=high,
        behind=float(behind.mean()),
        error=_sd(behind.tolist()) / math.sqrt(len(behind)),
    )


def trimmed(seconds: Sequence[float]) -> list[float]:
    """Without the fastest and the slowest, where there are at least ``DROPPED_FROM``; ascending."""
    ordered = sorted(seconds)
    return ordered[1:-1] if len(ordered) >= DROPPED_FROM else ordered


def _speedup(ratios: Floats) -> tuple[float, float, float]:
    """The geometric mean of some ratios, and its 95 % t interval."""
    from scipy.stats import t

    logs, n = np.log(ratios), len(ratios)
    half = float(t.ppf(0.975, n - 1)) * _sd(logs.tolist()) / math.sqrt(n) if n > 1 else math.inf
    mean = float(logs.mean())
    return math.exp(mean), math.exp(mean - half), math.exp(mean + half)


def _first(curves: Curves, goal: float) -> float | None:
    mean = np.mean(curves, axis=0)
    reached = np.flatnonzero(mean[:, 1] >= goal)
    return float(mean[reached[0], 0]) if len(reached) else None


def _sd(values: Sequence[float]) -> float:
    return statistics.stdev(values) if len(values) > 1 else 0.0

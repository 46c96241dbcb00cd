"""What each recipe of a table is truly worth, estimated so that luck does not count.

The highest of many noisy accuracies is too high, so measured ones are shrunk: the true accuracy of
a recipe is the posterior mean of a Gaussian process over the space, with an effect of each recipe's
own, given its complete schedules of 20 epochs. The noise of one run, of its seed, its half of the
faces and its held-out faces, is known from the difference of the two folds. A posterior mean takes
all measurements into account, so that a recipe is not credited with the luck that it was chosen
for. Beside it, ``other_fold`` is a measurement that needs no model: the run on the other fold, of
which a search on one fold has seen nothing.

Recipes whose training failed are far below all others, and their noise is far larger. They are left
out of the model, and their true accuracy is the mean of their two runs.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.stats import linregress

from fer.intervals import NORMAL_95
from search.replay.coordinates import Coordinates
from search.replay.gaussian_process import Model, fit
from search.replay.table import FOLDS, FULL, Table

Array = npt.NDArray[np.float64]

OUTER_FENCE = 3.0


@dataclass(frozen=True)
class Calibration:
    """How well the posterior, given one fold alone, predicts the run on the other fold.

    Attributes:
        slope: of the regression of the measured on the predicted accuracies; 1 is ideal, and less
            than 1 says that the estimates are not shrunk enough.
        covered: share of the measured accuracies inside their 95 % prediction interval.
        n: predictions.
    """

    slope: float
    covered: float
    n: int


class Truth:
    """True accuracies of a table's recipes, in their order.

    Attributes:
        failed: whether a recipe's mean is below Tukey's outer fence, the lower quartile minus three
            times the distance of the quartiles.
        mean, sd: of each recipe's true accuracy; ``sd`` is NaN for those that failed.
        run_sd: standard deviation of one run of 20 epochs, on all of its held-out faces.
        model: of the true accuracies of the recipes that did not fail.
    """

    def __init__(self, table: Table) -> None:
        runs = np.array([table.finals(fold, FULL).mean(1) for fold in FOLDS])
        both = runs.mean(0)
        low, high = np.quantile(both, (0.25, 0.75))
        self.failed = both < low - OUTER_FENCE * (high - low)
        kept = ~self.failed
        # What is common to all runs of a fold tells nothing about the recipes.
        common = runs[:, kept].mean(1, keepdims=True)
        self._runs = runs - common + common.mean()
        differences = self._runs[0, kept] - self._runs[1, kept]
        self.run_sd = float(np.sqrt(differences @ differences / (kept.sum() - 1) / 2))
        kinds = {name: entry.distribution() for name, entry in table.space.entries.items()}
        coordinates = Coordinates(kinds)
        points = np.array([coordinates(table.params(number)) for number in table.numbers])
        noise = self.run_sd**2 / len(FOLDS)
        self.model: Model = fit(points[kept], coordinates.key_of, both[kept], noise)
        self.mean, self.sd = both.copy(), np.full(len(both), np.nan)
        self.mean[kept], self.sd[kept] = self.model.posterior(both[kept], noise)

    def other_fold(self, fold: int) -> Array:
        """The measured accuracies of the runs that a search on the fold has not seen."""
        return np.asarray(self._runs[1 - fold])

    @cached_property
    def best(self) -> int:
        """The index of the recipe with the highest true accuracy."""
        return int(np.argmax(self.mean))

    @cached_property
    def best_quarter(self) -> npt.NDArray[np.bool_]:
        """Which recipes are the quarter with the highest true accuracies, rounded up."""
        rank = np.argsort(np.argsort(-self.mean))
        return np.asarray(rank < math.ceil(len(rank) / 4))

    @cached_property
    def recipe_sd(self) -> float:
        """Standard deviation of the true accuracies of those that did not fail."""
        variance = float(np.cov(self._runs[:, ~self.failed])[0, 1])
        return float(np.sqrt(max(variance, 0)))

    @cached_property
    def calibration(self) -> Calibration:
        """The check of the model: one fold predicts the other."""
        kept = ~self.failed
        predicted, measured, inside = [], [], []
        for fold in FOLDS:
            mean, sd = self.model.posterior(self._runs[fold, kept], self.run_sd**2)
            other = self.other_fold(fold)[kept]
            predicted.append(mean)
            measured.append(other)
            inside.append(np.abs(other - mean) < NORMAL_95 * np.hypot(sd, self.run_sd))
        slope = linregress(np.concatenate(predicted), np.concatenate(measured)).slope
        covered = np.concatenate(inside)
        return Calibration(float(slope), float(covered.mean()), len(covered))

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
from search.replay.table import FOLDS, FULL, SHORT, SLICES, Table

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


@dataclass(frozen=True)
class Truth:
    """True accuracies of a table's recipes, in their order.

    Attributes:
        mean: of each recipe. [recipes]
        failed: whether its training failed. [recipes]
        runs: accuracy of the 20-epoch run on each fold, on all held-out faces. [folds, recipes]
    """

    mean: Array
    failed: npt.NDArray[np.bool_]
    runs: Array

    def other_fold(self, fold: int) -> Array:
        """The measured accuracies of the runs that a search on the fold has not seen."""
        return np.asarray(self.runs[1 - fold])

    @cached_property
    def best(self) -> int:
        """The index of the recipe with the highest true accuracy."""
        return int(np.argmax(self.mean))

    @cached_property
    def best_quarter(self) -> npt.NDArray[np.bool_]:
        """Which recipes are the quarter with the highest true accuracies, rounded up."""
        rank = np.argsort(np.argsort(-self.mean))
        return np.asarray(rank < math.ceil(len(rank) / 4))


@dataclass(frozen=True)
class EstimatedTruth(Truth):
    """The truth of a measured table.

    Attributes:
        sd: posterior standard deviation of ``mean``; NaN for recipes that failed.
        broken: whether any of its runs failed, of either schedule. [recipes]
        run_sd: standard deviation of one run of 20 epochs, on all of its held-out faces.
        faces_sd: the part of a run's that is of 1,617 faces, a slice, and not of its training.
        model: of the true accuracies of the recipes that did not fail.
    """

    sd: Array
    broken: npt.NDArray[np.bool_]
    run_sd: float
    faces_sd: float
    model: Model

    @property
    def seen_sd(self) -> float:
        """Standard deviation of one run of 20 epochs on the faces that a search sees."""
        training = max(self.run_sd**2 - self.faces_sd**2 / SLICES, 0)
        return math.sqrt(training + self.faces_sd**2)

    @cached_property
    def recipe_sd(self) -> float:
        """Standard deviation of the true accuracies of those that did not fail."""
        variance = float(np.cov(self.runs[:, ~self.failed])[0, 1])
        return math.sqrt(max(variance, 0))

    @cached_property
    def calibration(self) -> Calibration:
        """The check of the model: one fold predicts the other."""
        kept = ~self.failed
        predicted, measured, inside = [], [], []
        for fold in FOLDS:
            mean, sd = self.model.posterior(self.runs[fold, kept], self.run_sd**2)
            other = self.other_fold(fold)[kept]
            predicted.append(mean)
            measured.append(other)
            inside.append(np.abs(other - mean) < NORMAL_95 * np.hypot(sd, self.run_sd))
        slope = linregress(np.concatenate(predicted), np.concatenate(measured)).slope
        covered = np.concatenate(inside)
        return Calibration(float(slope), float(covered.mean()), len(covered))


def estimate_truth(table: Table) -> EstimatedTruth:
    """The true accuracies of a measured table's recipes.

    A recipe has failed if its mean over both folds is far below those of the others, and a run if
    its accuracy is far below those of the same fold and schedule.
    """
    runs = np.array([table.finals(fold, FULL).mean(1) for fold in FOLDS])
    both = runs.mean(0)
    failed = _far_below(both)
    finals = [table.finals(fold, epochs).mean(1) for fold in FOLDS for epochs in (FULL, SHORT)]
    broken = failed | np.any([_far_below(final) for final in finals], axis=0)
    kept = ~failed
    # What is common to all runs of a fold tells nothing about the recipes.
    common = runs[:, kept].mean(1, keepdims=True)
    runs = runs - common + common.mean()
    differences = runs[0, kept] - runs[1, kept]
    run_sd = float(np.sqrt(differences @ differences / (kept.sum() - 1) / 2))
    coordinates = Coordinates(table.distributions)
    points = np.array([coordinates(table.params(number)) for number in table.numbers])
    noise = run_sd**2 / len(FOLDS)
    model = fit(points[kept], coordinates.key_of, both[kept], noise)
    mean, sd = both.copy(), np.full(len(both), np.nan)
    mean[kept], sd[kept] = model.posterior(both[kept], noise)
    return EstimatedTruth(mean, failed, runs, sd, broken, run_sd, _faces_sd(table, kept), model)


def _far_below(accuracies: Array) -> npt.NDArray[np.bool_]:
    """Which are below Tukey's outer fence: the lower quartile minus three times the distance of the
    quartiles."""
    low, high = np.quantile(accuracies, (0.25, 0.75))
    return np.asarray(accuracies < low - OUTER_FENCE * (high - low))


def _faces_sd(table: Table, kept: npt.NDArray[np.bool_]) -> float:
    """Of the accuracy on one slice: what is left of it without the means of run and of slice."""
    squares = 0.0
    for fold in FOLDS:
        slices = table.finals(fold, FULL)[kept]
        rest = slices - slices.mean(1, keepdims=True) - slices.mean(0) + slices.mean()
        squares += float((rest**2).sum())
    return math.sqrt(squares / (len(FOLDS) * (kept.sum() - 1) * (SLICES - 1)))

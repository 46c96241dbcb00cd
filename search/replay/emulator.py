"""Tables of many recipes, made from a measured one, so that no search runs out of recipes.

A made recipe is a random point of the space. Its whole measurement, both folds with both schedules
and its true accuracy, is the kriging estimate of the Gaussian process at that point, plus what a
randomly drawn measured recipe has beyond the estimate from all others (its leave-one-out residual).
All parts of a residual are of one recipe, so that noise, and what the epochs of a curve say about
its end, are as measured. Further folds of a race have the noise of one run. Recipes of which a run
failed, of either schedule, are not smooth in the space: they are left out of the model, and come as
they were measured, as frequent as in the measured table, at random points.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from optuna.distributions import BaseDistribution, CategoricalDistribution
from scipy.linalg import cho_factor, cho_solve

from search.replay.coordinates import Coordinates
from search.replay.table import FOLDS, FULL, SHORT, SLICES, Curve, Table
from search.replay.truth import EstimatedTruth, Truth
from search.replay.world import World

Array = npt.NDArray[np.float64]

MOST_FOLDS = 5
"""Of a race on an emulated table."""
_PARTS = [(fold, epochs) for fold in FOLDS for epochs in (FULL, SHORT)]
_SEED = 1_000_000


class Emulator:
    """Makes worlds of many recipes from a measured table."""

    def __init__(self, table: Table, truth: EstimatedTruth) -> None:
        self._table = table
        self._truth = truth
        self._coordinates = Coordinates(table.distributions)
        kept = ~truth.broken
        numbers = np.array(table.numbers)
        self._measured = np.array([self._outputs(table, number) for number in numbers[kept]])
        self._broken = np.flatnonzero(truth.broken)
        self._mean, self._sd = truth.mean[kept], truth.sd[kept]
        noise = truth.run_sd**2 / len(FOLDS)
        # The points of the truth's model are those of the recipes that did not fail.
        self._model = replace(truth.model, points=truth.model.points[kept[~truth.failed]])
        covariance = self._model.covariance + noise * np.eye(len(self._mean))
        inverse = cho_solve(cho_factor(covariance, lower=True), np.eye(len(covariance)))
        self._generalised = inverse.sum(0) / inverse.sum()
        # Removes the generalised least-squares mean, then whitens.
        self._project = inverse - np.outer(inverse.sum(1), self._generalised)
        self._residuals = self._leave_one_out(self._measured)

    def world(self, recipes: int, seed: int) -> World:
        """A world of so many random recipes."""
        rng = np.random.default_rng(_SEED + seed)
        params = [_draw(self._table.distributions, rng) for _ in range(recipes)]
        points = np.array([self._coordinates(values) for values in params])
        weights = self._model.cross(points) @ self._project
        # The posterior's spread in the truth of each donor: noise is then independent in each fold.
        true = self._mean + rng.normal(0, self._sd)
        own_truth = self._leave_one_out(true[:, None])[:, 0]
        donors = rng.integers(0, len(self._mean), recipes)
        outputs = self._generalised @ self._measured + weights @ self._measured
        outputs += self._residuals[donors]
        mean = self._generalised @ true + weights @ true + own_truth[donors]
        failed = np.zeros(recipes, bool)
        broken = np.zeros(recipes, bool)
        if len(self._broken):
            broken = rng.random(recipes) < len(self._broken) / len(self._table)
        for i in np.flatnonzero(broken):
            donor = int(rng.choice(self._broken))
            outputs[i] = self._outputs(self._table, self._table.numbers[donor])
            mean[i], failed[i] = self._truth.mean[donor], self._truth.failed[donor]
        numbers = range(1, recipes + 1)
        curves: dict[tuple[int, int, int], Curve] = {}
        for number, values in zip(numbers, np.clip(outputs, 0, 1), strict=True):
            curves |= _curves(number, values, swap=bool(rng.random() < 0.5))
        ends = [[curves[number, fold, FULL].seen[-1] for number in numbers] for fold in FOLDS]
        # The further folds are as easy as the two that were measured.
        ease = float((np.mean(ends, axis=0) - mean)[~failed].mean())
        for fold in range(len(FOLDS), MOST_FOLDS):
            noise = rng.normal(ease, self._truth.seen_sd, recipes)
            for number, value in zip(numbers, mean + noise, strict=True):
                seen = np.array([value])
                curves[number, fold, FULL] = Curve(seen, np.repeat(seen, SLICES), np.zeros(1))
        values_of = self._table.recipes.model_copy(
            update={"values": dict(zip(numbers, params, strict=True)), "planned": recipes}
        )
        table = Table(values_of, curves, self._table.origin)
        runs = np.array([table.finals(fold, FULL).mean(1) for fold in FOLDS])
        return World(table, Truth(mean, failed, runs))

    def _leave_one_out(self, outputs: Array) -> Array:
        """Each recipe's outputs minus their estimate from all others (Dubrule, 1983)."""
        return np.asarray(self._project @ outputs / np.diag(self._project)[:, None])

    @staticmethod
    def _outputs(table: Table, number: int) -> Array:
        """All that was measured of a recipe, in one row."""
        curves = [table.curve(number, *part) for part in _PARTS]
        return np.concatenate([part for curve in curves for part in (curve.seen, curve.slices)])


def _curves(number: int, outputs: Array, swap: bool) -> dict[tuple[int, int, int], Curve]:
    """The curves of a row of outputs; with ``swap``, the folds change places."""
    curves, start = {}, 0
    for fold, epochs in _PARTS:
        seen = outputs[start : start + epochs]
        slices = outputs[start + epochs : start + epochs + SLICES]
        start += epochs + SLICES
        curves[number, 1 - fold if swap else fold, epochs] = Curve(seen, slices, np.zeros(epochs))
    return curves


def _draw(
    distributions: dict[str, BaseDistribution], rng: np.random.Generator
) -> dict[str, bool | int | float | str | None]:
    """A random point of the space."""
    params: dict[str, bool | int | float | str | None] = {}
    for name, kind in distributions.items():
        if isinstance(kind, CategoricalDistribution):
            params[name] = kind.choices[rng.integers(len(kind.choices))]
            continue
        low, high = kind.low, kind.high  # type: ignore[attr-defined]
        logarithmic = kind.log  # type: ignore[attr-defined]
        share = float(rng.random())
        params[name] = low * (high / low) ** share if logarithmic else low + (high - low) * share
    return params

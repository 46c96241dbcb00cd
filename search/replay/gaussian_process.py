"""A Gaussian process over a table's recipes, for the best estimate of each one's true accuracy.

Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), chapters 2 and 5.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

Array = npt.NDArray[np.float64]

_PRIOR_SD = 1.0
"""Of the logarithms of the parameters: it keeps length scales finite where a key does nothing."""


@dataclass(frozen=True)
class Model:
    """Accuracy of a recipe = mean + smooth function of its coordinates + own effect.

    Attributes:
        points: of the recipes. [recipes, coordinates]
        scales: length scale of each coordinate.
        smooth, own: variances of the smooth function, and of what recipes have of their own.
    """

    points: Array
    scales: Array
    smooth: float
    own: float

    @property
    def covariance(self) -> Array:
        """Of the recipes' true accuracies. [recipes, recipes]"""
        kernel = self.smooth * _matern(self.points / self.scales)
        return np.asarray(kernel + self.own * np.eye(len(kernel)))

    def cross(self, points: Array) -> Array:
        """Covariance of the smooth function at other points with that of the recipes.

        Args:
            points: [others, coordinates]
        """
        both = np.concatenate([points, self.points]) / self.scales
        return np.asarray(self.smooth * _matern(both)[: len(points), len(points) :])

    def posterior(self, measured: Array, noise: float) -> tuple[Array, Array]:
        """Mean and standard deviation of each recipe's true accuracy.

        Args:
            measured: of each recipe. [recipes]
            noise: variance of one measurement.
        """
        prior = self.covariance
        factor = cho_factor(prior + noise * np.eye(len(prior)), lower=True)
        mean = _mean(factor, measured)
        gain = cho_solve(factor, prior).T
        variance = np.diag(prior) - (gain * prior).sum(1)
        return mean + gain @ (measured - mean), np.sqrt(np.maximum(variance, 0))


def fit(points: Array, key_of: npt.NDArray[np.int_], measured: Array, noise: float) -> Model:
    """The model of the highest posterior density, with log-normal priors of its parameters.

    Args:
        key_of: for each coordinate, the index of its key: a key has one length scale.
        noise: variance of one measurement, known from repeated ones.
    """
    variance = max(float(measured.var()) - noise, noise / 10)
    keys = int(key_of.max()) + 1
    # Length scales of about the width of the space, and half of the variance smooth.
    centre = np.log([*np.ones(keys), variance / 2, variance / 2])

    def model(parameters: Array) -> Model:
        values = np.exp(parameters)
        return Model(points, values[:keys][key_of], values[keys], values[keys + 1])

    def loss(parameters: Array) -> float:
        covariance = model(parameters).covariance + noise * np.eye(len(measured))
        factor = cho_factor(covariance, lower=True)
        rest = measured - _mean(factor, measured)
        likelihood = 0.5 * rest @ cho_solve(factor, rest) + np.log(np.diag(factor[0])).sum()
        return float(likelihood + 0.5 * (((parameters - centre) / _PRIOR_SD) ** 2).sum())

    return model(minimize(loss, centre, method="L-BFGS-B").x)


def _matern(points: Array) -> Array:
    """The Matérn 5/2 kernel."""
    squared = (points**2).sum(1)
    distance = np.maximum(squared[:, None] + squared[None] - 2 * points @ points.T, 0)
    root = np.sqrt(5 * distance)
    return np.asarray((1 + root + root**2 / 3) * np.exp(-root))


def _mean(factor: tuple[Array, bool], measured: Array) -> float:
    """The generalised least-squares estimate of the common mean."""
    weights = cho_solve(factor, np.ones(len(measured)))
    return float(weights @ measured / weights.sum())

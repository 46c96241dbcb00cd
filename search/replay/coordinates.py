"""Coordinates of recipes, in which every key of the space counts alike."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from optuna.distributions import BaseDistribution, CategoricalDistribution

Array = npt.NDArray[np.float64]

RANGE_SHARE = 1 / 6
"""The mean squared distance of two uniform points of [0, 1]."""


class Coordinates:
    """Parameters of a space without conditions, as points of a Euclidean space.

    A range is one coordinate in [0, 1], on a log scale where the space has one; a category is one
    coordinate a choice. Two random recipes differ by the same expected squared distance in each
    key, so that none decides alone which recipes are near.

    Attributes:
        key_of: for each coordinate, the index of its key.
    """

    def __init__(self, distributions: Mapping[str, BaseDistribution]) -> None:
        self._distributions = dict(distributions)
        self.key_of = np.repeat(
            np.arange(len(distributions)), [*map(_size, distributions.values())]
        )

    def __call__(self, params: Mapping[str, Any]) -> Array:
        """The point of a recipe. [coordinates]"""
        parts = [_point(kind, params[name]) for name, kind in self._distributions.items()]
        return np.concatenate(parts)


def _size(kind: BaseDistribution) -> int:
    return len(kind.choices) if isinstance(kind, CategoricalDistribution) else 1


def _point(kind: BaseDistribution, value: Any) -> Array:
    if isinstance(kind, CategoricalDistribution):
        count = len(kind.choices)
        point = np.zeros(count)
        # Two different choices are at a squared distance of twice the coordinate's square.
        differ = 1 - 1 / count if count > 1 else 1.0
        point[kind.to_internal_repr(value).__int__()] = math.sqrt(RANGE_SHARE / differ / 2)
        return point
    low, high = kind.low, kind.high  # type: ignore[attr-defined]
    if kind.log:  # type: ignore[attr-defined]
        low, high, value = math.log(low), math.log(high), math.log(value)
    return np.array([(value - low) / (high - low)])

"""A source after reading: all its faces, of all classes, in memory or memory-mapped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput

UNLABELLED = -1


@dataclass(frozen=True)
class PreparedSplit:
    """Attributes:
    images: ``uint8 [N, 48, 48]``.
    labels: ``int64 [N]``: positions in ``fer.recipe.EXPRESSIONS``, or -1 where unlabelled.
    ids: ``str [N]``.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    ids: NDArray[np.str_]


Prepared = Mapping[str, PreparedSplit]
"""By split, ``train`` and ``test``; a split that the source does not have is not there."""


OnBad = Callable[[BadInput], None]
"""What a reader does with an image or row that it cannot read, before it goes on."""


def refuse(problem: BadInput) -> None:
    """End the reading: training does not guess which faces were meant."""
    raise problem


def stack(images: list[NDArray[np.uint8]], labels: list[int], ids: list[str]) -> PreparedSplit:
    """One split from its faces."""
    return PreparedSplit(np.stack(images), np.array(labels, np.int64), np.array(ids, np.str_))

"""A source after reading: all its faces, of all classes, in memory or memory-mapped."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer.faces.notes import Notes

UNLABELLED = -1


@dataclass(frozen=True)
class PreparedSplit:
    """Attributes:
    images: ``uint8 [N, 48, 48]``.
    labels: ``int64 [N]``: positions in ``fer.recipe.EXPRESSIONS``, or -1 where unlabelled.
    ids: ``str [N]``.
    usages: ``str [N]``: ``PublicTest``, ``PrivateTest`` or empty; None where no image has either.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    ids: NDArray[np.str_]
    usages: NDArray[np.str_] | None = None


class Prepared(Mapping[str, PreparedSplit]):
    """The splits that a source has, of ``train``, ``validation`` and ``test``."""

    @property
    def notes(self) -> Notes:
        """What was converted, left out or not read."""
        return Notes()


class InMemory(Prepared):
    """Splits that were just read or drawn."""

    def __init__(self, splits: Mapping[str, PreparedSplit], notes: Notes | None = None) -> None:
        self._splits = dict(splits)
        self._notes = notes or Notes()

    @property
    def notes(self) -> Notes:
        return self._notes

    def __getitem__(self, split: str) -> PreparedSplit:
        return self._splits[split]

    def __iter__(self) -> Iterator[str]:
        return iter(self._splits)

    def __len__(self) -> int:
        return len(self._splits)


def stack(
    images: list[NDArray[np.uint8]], labels: list[int], ids: list[str], usages: list[str]
) -> PreparedSplit:
    """Make one split from its faces; ``usages``: empty where an image is in no part."""
    return PreparedSplit(
        np.stack(images),
        np.array(labels, np.int64),
        np.array(ids, np.str_),
        np.array(usages, np.str_) if any(usages) else None,
    )

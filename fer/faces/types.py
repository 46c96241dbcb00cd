"""The type that every source of faces becomes."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SIZE = 48
"""Height and width of a face, in pixels."""

Split = Literal["train", "test"]


@dataclass(frozen=True)
class Faces:
    """Faces of one split, as all training and evaluation read them.

    Attributes:
        images: ``uint8 [N, 48, 48]``, possibly memory-mapped and read-only.
        labels: ``int64 [N]`` indices into ``classes``, or None where the source has no labels.
        ids: one unique name per image: its file name without ending, or its row number.
        classes: class names in the order of the labels.
        hash: hexadecimal SHA-256 of images, labels, classes and ``held_out``.
        held_out: ascending indices of the faces that the source keeps for validation, in a split of
            its own; None where it has no such split.
        usages: of test images, the part that each is in: ``PublicTest``, ``PrivateTest`` or empty;
            None where the source does not tell. Not part of the hash.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64] | None
    ids: tuple[str, ...]
    classes: tuple[str, ...]
    hash: str
    held_out: NDArray[np.int64] | None = None
    usages: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.images)

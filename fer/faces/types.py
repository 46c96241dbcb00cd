"""What every source of faces becomes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE = 48
"""Height and width of a face, in pixels."""


@dataclass(frozen=True)
class Faces:
    """Faces of one split: what every source becomes and all training reads.

    Attributes:
        images: ``uint8 [N, 48, 48]``, possibly memory-mapped and read-only.
        labels: ``int64 [N]`` indices into ``classes``, or None where the source has no labels.
        ids: one name an image: its file name without ending, or its row number.
        classes: class names in the order of the labels.
        hash: hexadecimal SHA-256 over images, labels and classes.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64] | None
    ids: tuple[str, ...]
    classes: tuple[str, ...]
    hash: str

    def __len__(self) -> int:
        return len(self.images)

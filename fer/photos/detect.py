"""Detection of frontal faces with OpenCV's Haar cascades. Needs the extra ``photo``."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.photos.box import Box

CASCADE = "haarcascade_frontalface_alt2.xml"

LONGEST = 1024
"""Longer side of the picture that is searched, in pixels: larger photos are reduced."""

SMALLEST = 32
"""Side of the smallest face that is looked for, in pixels of the reduced picture."""

NEIGHBOURS = 5
"""Overlapping hits that make a face. With 3 instead, 2 % more of FER2013's faces are found."""


class FaceDetector(Protocol):
    """Finds faces in a picture."""

    def __call__(self, gray: NDArray[np.uint8]) -> Sequence[Box]:
        """A box around each face in ``uint8 [H, W]``; none where there is no face."""


class HaarDetector:
    """Finds frontal, upright faces.

    Source: Viola and Jones, Rapid object detection using a boosted cascade of simple features,
    2001; the cascade is the one of Lienhart, 2003, that OpenCV's wheel carries.

    Args:
        threads: of the CPU, for all of OpenCV in this process; None leaves it as it is.

    Raises:
        BadInput: OpenCV is not installed, or is a version without cascades.
    """

    def __init__(self, threads: int | None = None) -> None:
        self._cv2 = _opencv()
        if threads is not None:
            self._cv2.setNumThreads(threads)
        self._cascade = self._cv2.CascadeClassifier(str(_cascade(self._cv2)))

    def __call__(self, gray: NDArray[np.uint8]) -> list[Box]:
        """Boxes from left to right."""
        height, width = gray.shape
        scale = max(1.0, max(height, width) / LONGEST)
        if scale > 1:
            size = max(1, round(width / scale)), max(1, round(height / scale))
            gray = self._cv2.resize(gray, size, interpolation=self._cv2.INTER_AREA)
        found = self._cascade.detectMultiScale(
            gray, scaleFactor=1.1, minNeighbors=NEIGHBOURS, minSize=(SMALLEST, SMALLEST)
        )
        return sorted(
            (Box(*(round(float(side) * scale) for side in box)) for box in found),
            key=lambda box: (box.left, box.top),
        )


def _opencv() -> Any:
    try:
        cv2 = importlib.import_module("cv2")
    except ModuleNotFoundError as error:
        raise _missing() from error
    # OpenCV 5 has moved cascades to another package, and its wheel carries no files of them.
    if not hasattr(cv2, "CascadeClassifier") or not _cascade(cv2).is_file():
        raise _missing()
    return cv2


def _cascade(cv2: Any) -> Path:
    return Path(cv2.data.haarcascades) / CASCADE


def _missing() -> BadInput:
    return BadInput(
        "detecting faces: needs opencv-python-headless 4: install it with: "
        "pip install 'fer-search[photo]', or use --no-detect for images cropped to a face"
    )

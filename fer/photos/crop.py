"""Crops of faces: the 48×48 gray squares of a photo that a network takes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fer.faces.types import SIZE
from fer.photos.box import Box, centre_square, face_square
from fer.photos.detect import FaceDetector
from fer.photos.picture import Picture

LEAST = 8 * SIZE
"""Sides of a decoded JPEG that is one crop, in pixels: enough for its levels to stay the same."""


@dataclass(frozen=True)
class Crop:
    """A face, ready for a network.

    Attributes:
        pixels: ``uint8 [48, 48]``.
        box: the square of the photo; None where the photo itself was taken as a crop.
    """

    pixels: NDArray[np.uint8]
    box: Box | None


@dataclass(frozen=True)
class Photo:
    """Attributes:
    name: the file as it was named, or with the folder that was named.
    size: upright width and height.
    crops: one for each face, possibly none.
    changes: what was done to the photo, in a few words each; empty for 48×48 8-bit gray.
    """

    name: str
    size: tuple[int, int]
    crops: tuple[Crop, ...]
    changes: tuple[str, ...]


def whole(picture: Picture) -> Photo:
    """Take a picture as one crop: its centred square, resized with an antialiased Lanczos filter. A
    48×48 picture stays as it is."""
    width, height = picture.size
    changes = list(picture.changes)
    if width != height:
        changes.append("centre square")
    if (width, height) != (SIZE, SIZE):
        changes.append(f"resized from {width}×{height}")
    pixels = _cut(picture.image, centre_square(*picture.image.size))
    return Photo(picture.name, picture.size, (Crop(pixels, None),), tuple(changes))


def faces_of(picture: Picture, detector: Callable[[], FaceDetector]) -> Photo:
    """Cut the faces of a picture; a 48×48 picture is taken as one crop.

    Args:
        picture: in its full size.
        detector: makes the detector; called only if one is needed.
    """
    width, height = picture.size
    if (width, height) == (SIZE, SIZE):
        return whole(picture)
    found = detector()(np.asarray(picture.image))
    squares = (face_square(face, width, height) for face in found)
    crops = tuple(Crop(_cut(picture.image, square), square) for square in squares)
    return Photo(picture.name, picture.size, crops, picture.changes)


def _cut(image: Image.Image, square: Box) -> NDArray[np.uint8]:
    if image.size != (SIZE, SIZE):
        image = image.crop(square.corners).resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    return np.asarray(image)

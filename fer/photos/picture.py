"""One image of any size, mode and orientation, upright and gray or in colour."""

import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from fer.errors import BadInput
from fer.faces.decode import formats_for

ImageLike: TypeAlias = str | os.PathLike[str] | Image.Image | NDArray[np.uint8]
"""A file, an image of Pillow, or ``uint8 [H, W]``, ``[H, W, 3]`` (RGB) or ``[H, W, 4]`` (RGBA)."""

_PILLOW_LIMIT = 2 * (Image.MAX_IMAGE_PIXELS or 0)
"""Pixels above which Pillow refuses to open an image."""

_ORIENTATION = 0x0112
"""The EXIF tag; from 5 on it swaps width and height."""

_MODES = {"1": "black and white", "P": "a palette", "PA": "a palette", "L": "8-bit gray"}


@dataclass(frozen=True)
class Picture:
    """An upright image.

    Attributes:
        name: the file as it was named, or what an error calls the image.
        image: in mode L or RGB.
        size: upright width and height in the file; ``image`` may be smaller.
        changes: what was done, in a few words each; empty for 8-bit gray.
    """

    name: str
    image: Image.Image
    size: tuple[int, int]
    changes: tuple[str, ...]


def read_picture(
    source: ImageLike,
    name: str = "image",
    mode: Literal["L", "RGB"] = "L",
    least: int | None = None,
) -> Picture:
    """Read an image and bring it upright and to ``mode``.

    The first frame of several; turned as its EXIF orientation says; transparent parts on white; 16
    bits scaled from 0-65,535 to 0-255; colours to gray by ITU-R 601.

    Args:
        source: left as it is.
        name: for errors, where the source is no file.
        least: a JPEG may be decoded smaller, with sides of at least so many pixels.

    Raises:
        BadInput: it is missing, damaged, too large or of a type that Pillow does not read, has
            floating-point pixels, or is an array of another type or shape.
    """
    if isinstance(source, np.ndarray):
        return _upright(_from_array(source, name), name, mode, least)
    if isinstance(source, Image.Image):
        with _one_line(name):
            return _upright(source.copy(), name, mode, least)
    if not isinstance(source, str | os.PathLike):
        raise BadInput(
            f"{name}: {type(source).__name__}: expected a path, an image of Pillow or an array"
        )
    path = Path(source)
    with _one_line(str(path)):
        if not stat.S_ISREG(path.stat().st_mode):
            raise BadInput(f"{path}: expected an image file")
        with path.open("rb") as file:
            formats = formats_for(file.read(16), str(path))
        with Image.open(path, formats=formats) as image:
            return _upright(image, str(path), mode, least)


@contextmanager
def _one_line(name: str) -> Iterator[None]:
    """Raise what Pillow raises as ``BadInput`` with the image's name."""
    try:
        # Pillow warns of a half of its limit on pixels, and of odd metadata.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except BadInput:
        raise
    except UnidentifiedImageError as error:
        heic = Path(name).suffix.lower() in (".heic", ".heif")
        kind = "HEIC, which Pillow" if heic else "not an image, or of a type that Pillow"
        raise BadInput(f"{name}: {kind} does not read: save it as JPEG or PNG") from error
    except Image.DecompressionBombError as error:
        raise BadInput(f"{name}: too large: expected at most {_PILLOW_LIMIT:,} pixels") from error
    except Exception as error:  # the errors of Pillow's plugins have no common type
        if isinstance(error, OSError) and error.filename is not None:
            raise BadInput(f"{name}: cannot be read: {error.strerror}") from error
        raise BadInput(f"{name}: damaged image: {error or type(error).__name__}") from error


def _from_array(array: NDArray[np.uint8], name: str) -> Image.Image:
    colours = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if array.dtype != np.uint8 or not colours or 0 in array.shape:
        raise BadInput(
            f"{name}: an array of {array.dtype} {list(array.shape)}: expected uint8 [H, W], "
            "[H, W, 3] or [H, W, 4]"
        )
    return Image.fromarray(array)


def _upright(
    image: Image.Image, name: str, mode: Literal["L", "RGB"], least: int | None
) -> Picture:
    changes: list[str] = []
    if (frames := getattr(image, "n_frames", 1)) > 1 and image.format != "MPO":
        image.seek(0)
        changes.append(f"first of {frames} frames")
    was, (width, height) = image.mode, image.size
    if (orientation := _orientation(image)) > 1:
        changes.append("turned as its EXIF says")
        width, height = (height, width) if orientation >= 5 else (width, height)
    if least is not None:
        # A JPEG is decoded at a half to an eighth of its size, several times as fast; its levels
        # stay the same within 2 (tests/fer/photos/test_picture.py).
        image.draft(mode, (least, least))
    turned = ImageOps.exif_transpose(image) if orientation > 1 else image
    pixels, transparent = _flat(turned, name, mode)
    if transparent:
        changes.append("transparent parts on white")
    if was != "L":
        changes.append(f"gray from {'16 bits' if was.startswith('I') else _MODES.get(was, was)}")
    return Picture(name, pixels, (width, height), tuple(changes))


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1, upright, where there is none or it cannot be read."""
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # damaged metadata of a good image; Pillow's errors have no common type
        return 1
    return orientation if orientation in range(1, 9) else 1


def _flat(image: Image.Image, name: str, mode: Literal["L", "RGB"]) -> tuple[Image.Image, bool]:
    """An image of any mode in 8-bit gray or RGB; and whether parts of it were transparent."""
    if image.mode == "F":
        raise BadInput(f"{name}: floating-point pixels: save it with 8 or 16 bits")
    if image.mode == "I" or image.mode.startswith("I;16"):
        levels = np.asarray(image.convert("F")) * (255 / 65535)
        gray = Image.fromarray(np.rint(levels).clip(0, 255).astype(np.uint8))
        return gray.convert(mode), False
    if image.has_transparency_data:
        colours = image.convert("RGBA")
        transparent = colours.getchannel("A").getextrema() != (255, 255)
        white = Image.new("RGBA", colours.size, "white")
        return Image.alpha_composite(white, colours).convert(mode), transparent
    if image.mode not in ("L", "1", "RGB"):
        image = image.convert("RGB")
    return image.convert(mode), False

"""Decode an image file to 48×48 gray pixels, checking its header before its pixels."""

import io
import warnings
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from fer.errors import BadInput
from fer.faces.gray import to_gray
from fer.faces.image_types import FORMAT_OF_SUFFIX, WITHOUT_IMAGES, WITHOUT_SIGNATURE
from fer.faces.types import SIZE

MAX_BYTES = 1_000_000
"""Of one image file; a 48×48 PNG has about 2,000."""

_PNG_OR_JPEG = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def read_bounded(path: Path) -> bytes:
    """Read an image file, at most one byte more than ``decode`` accepts."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def decode(content: bytes, origin: str) -> tuple[NDArray[np.uint8], str | None]:
    """Decode a 48×48 image of any type that Pillow reads.

    Args:
        origin: names the image in an error, and ends with its file name.

    Returns:
        ``uint8 [48, 48]``, and what was converted; None = it was 8-bit gray.

    Raises:
        BadInput: no image, another size, cut short, or not to be converted without doubt.
    """
    if len(content) > MAX_BYTES:
        raise BadInput(f"{origin}: expected an image file of at most {MAX_BYTES:,} bytes")
    try:
        # Pillow warns of decompression bombs that are not yet errors; the size check covers both.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(content), formats=formats_for(content, origin))
            if image.size != (SIZE, SIZE):
                width, height = image.size
                raise BadInput(f"{origin}: size {width}×{height}: expected {SIZE}×{SIZE}")
            return to_gray(image, origin)
    except BadInput:
        raise
    except UnidentifiedImageError as error:
        raise BadInput(f"{origin}: not an image, or of a type that Pillow does not read") from error
    except Image.DecompressionBombError as error:
        raise BadInput(f"{origin}: a decompression bomb: expected {SIZE}×{SIZE} pixels") from error
    except Exception as error:  # the errors of Pillow's plugins have no common type
        raise BadInput(f"{origin}: damaged image: {error or type(error).__name__}") from error


def formats_for(content: bytes, origin: str) -> tuple[str, ...]:
    """Pillow's formats to try on a file, from its first bytes and its name."""
    if content.startswith(_PNG_OR_JPEG):
        return ("PNG", "JPEG")
    named = FORMAT_OF_SUFFIX.get(origin[origin.rfind(".") :].lower())
    return (*_available(), named) if named else _available()


@cache
def _available() -> tuple[str, ...]:
    """The formats that this build of Pillow tells by their first bytes."""
    Image.init()
    return tuple(name for name in Image.OPEN if name not in (*WITHOUT_IMAGES, *WITHOUT_SIGNATURE))

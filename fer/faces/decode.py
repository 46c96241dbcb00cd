"""One image file to 48×48 gray pixels, with its header checked before anything is decoded."""

import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from fer.errors import BadInput
from fer.faces.types import SIZE

MAX_BYTES = 1_000_000
"""Of one image file; a 48×48 PNG has about 2,000."""


def read_bounded(path: Path) -> bytes:
    """The content of an image file, at most one byte more than ``decode`` accepts."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def decode(content: bytes, origin: str) -> NDArray[np.uint8]:
    """Decode a PNG or JPEG to ``uint8 [48, 48]``.

    An RGB image whose channels are equal counts as gray.

    Raises:
        BadInput: not such an image, another size or mode, or cut short; ``origin`` names it.
    """
    if len(content) > MAX_BYTES:
        raise BadInput(f"{origin}: expected an image file of at most {MAX_BYTES:,} bytes")
    try:
        # Pillow warns of decompression bombs that are not yet errors; the size check answers both.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        if image.size != (SIZE, SIZE):
            width, height = image.size
            raise BadInput(f"{origin}: size {width}×{height}: expected {SIZE}×{SIZE}")
        if image.mode not in ("L", "RGB"):
            raise BadInput(f"{origin}: mode {image.mode}: expected 8-bit gray")
        pixels = np.asarray(image)
    except UnidentifiedImageError as error:
        raise BadInput(f"{origin}: not a PNG or JPEG image") from error
    except Image.DecompressionBombError as error:
        raise BadInput(f"{origin}: a decompression bomb: expected {SIZE}×{SIZE} pixels") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadInput(f"{origin}: damaged image: {error}") from error
    if pixels.ndim == 3:
        if np.ptp(pixels, axis=2).any():
            raise BadInput(f"{origin}: a colour image: expected 8-bit gray")
        pixels = pixels[:, :, 0]
    return pixels

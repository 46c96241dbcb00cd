"""One image of any size and mode to a 48×48 gray square."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from fer.errors import BadInput
from fer.faces.types import SIZE

_ORIENTATION = 0x0112
"""The EXIF tag; from 5 on it swaps width and height."""

_MODES = {"1": "black and white", "P": "a palette", "PA": "a palette", "L": "8-bit gray"}


def to_square(image: Image.Image, origin: str) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Bring an opened image to ``uint8 [48, 48]``, and say in a few words each what was done.

    In this order: the first frame of several; turned as its EXIF orientation says; its centred
    square; resized with an antialiased Lanczos filter; transparent parts laid on white; colours to
    gray by ITU-R 601; 16 bits scaled from 0-65,535 to 0-255. A 48×48 8-bit gray image stays as it
    is.

    Raises:
        BadInput: floating-point pixels, which have no range; ``origin`` names the file.
    """
    done: list[str] = []
    if (frames := getattr(image, "n_frames", 1)) > 1 and image.format != "MPO":
        image.seek(0)
        done.append(f"first of {frames} frames")
    mode, (width, height) = image.mode, image.size
    if (orientation := _orientation(image)) > 1:
        done.append("turned as its EXIF says")
        width, height = (height, width) if orientation >= 5 else (width, height)
    if width != height:
        done.append("centre square")
    if (width, height) != (SIZE, SIZE):
        done.append(f"resized from {width}×{height}")
    # A JPEG is decoded at a half to an eighth of its size, several times as fast; its levels stay
    # the same within 2 (tests/fer/photos/test_square.py).
    image.draft("L", (8 * SIZE, 8 * SIZE))
    upright = ImageOps.exif_transpose(image) if orientation > 1 else image
    pixels, transparent = _gray_square(upright, origin)
    if transparent:
        done.append("transparent parts on white")
    if mode != "L":
        done.append(f"gray from {'16 bits' if mode.startswith('I') else _MODES.get(mode, mode)}")
    return pixels, tuple(done)


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1, upright, where there is none or it cannot be read."""
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # damaged metadata of a good image; Pillow's errors have no common type
        return 1
    return orientation if orientation in range(1, 9) else 1


def _gray_square(image: Image.Image, origin: str) -> tuple[NDArray[np.uint8], bool]:
    """The centred square of an image of any mode; and whether parts of it were transparent."""
    if image.mode == "F":
        raise BadInput(f"{origin}: floating-point pixels: save it with 8 or 16 bits")
    if image.mode == "I" or image.mode.startswith("I;16"):
        levels = np.asarray(_resized(image.convert("F"))) * (255 / 65535)
        return np.rint(levels).clip(0, 255).astype(np.uint8), False
    if image.has_transparency_data:
        # Pillow weights colours by their opacity while it resizes RGBA.
        small = _resized(image.convert("RGBA"))
        transparent = small.getchannel("A").getextrema() != (255, 255)
        white = Image.new("RGBA", small.size, "white")
        return np.asarray(Image.alpha_composite(white, small).convert("L")), transparent
    if image.mode not in ("L", "1", "RGB"):
        image = image.convert("RGB")
    return np.asarray(_resized(image.convert("L"))), False


def _resized(image: Image.Image) -> Image.Image:
    if image.size == (SIZE, SIZE):
        return image
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    return square.resize((SIZE, SIZE), Image.Resampling.LANCZOS)

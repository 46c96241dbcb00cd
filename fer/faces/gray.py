"""Convert an image of any mode to 8-bit gray, where the result is not in doubt."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fer.errors import BadInput

LEAST_16_BIT = 4096
"""Below this, the brightest pixel of a 16-bit image would become less than 16 of 255."""

_KINDS = {
    "1": "black and white",
    "P": "palette",
    "CMYK": "CMYK",
    "LA": "opaque alpha",
    "La": "opaque alpha",
    "PA": "opaque alpha",
    "RGBA": "opaque alpha",
    "RGBa": "opaque alpha",
    "RGBX": "colour",
    "YCbCr": "colour",
}


def to_gray(image: Image.Image, origin: str) -> tuple[NDArray[np.uint8], str | None]:
    """Convert to ``uint8 [H, W]``; also returns what was converted, None = it was 8-bit gray.

    Colour is weighted by ITU-R 601 (0.299 R + 0.587 G + 0.114 B), 16 bits are scaled by 255/65535.

    Raises:
        BadInput: transparent pixels, several frames, floating-point pixels or a mode without one
            gray image; ``origin`` names the file.
    """
    if getattr(image, "is_animated", False) and image.format != "MPO":
        frames = getattr(image, "n_frames", 2)
        raise BadInput(f"{origin}: {frames} frames: expected one image: save each in its own file")
    if image.mode == "L":
        return np.asarray(image), None
    if image.mode == "I" or image.mode.startswith("I;16"):
        return _from_16_bits(np.asarray(image), origin), "16-bit"
    if image.mode == "RGB":
        return _from_rgb(image, "colour")
    if image.mode not in _KINDS:
        raise BadInput(f"{origin}: mode {image.mode}: save it as 8-bit gray or RGB")
    kind = _KINDS[image.mode]
    if image.mode == "1":
        return np.asarray(image.convert("L")), kind
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema() != (255, 255):
            raise BadInput(
                f"{origin}: has transparent pixels: put it on a background and save it without "
                "transparency"
            )
    return _from_rgb(image.convert("RGB"), kind)


def _from_rgb(image: Image.Image, kind: str) -> tuple[NDArray[np.uint8], str]:
    pixels = np.asarray(image)
    if np.ptp(pixels, axis=2).any():
        return np.asarray(image.convert("L")), kind
    return pixels[:, :, 0], "gray in RGB" if kind == "colour" else kind


def _from_16_bits(pixels: NDArray[Any], origin: str) -> NDArray[np.uint8]:
    low, high = int(pixels.min()), int(pixels.max())
    if low < 0 or high > 65535:
        raise BadInput(f"{origin}: pixels from {low} to {high}: expected 0 to 65535 in 16 bits")
    if 0 < high < LEAST_16_BIT:
        raise BadInput(
            f"{origin}: 16 bits with no pixel above {high}: expected the range 0 to 65535: "
            "save it as 8-bit gray"
        )
    return ((pixels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)

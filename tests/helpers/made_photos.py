"""Photos as people have them: files of many types, with real headers and metadata."""

from pathlib import Path

import numpy as np
from PIL import Image


def gradient(width: int, height: int) -> np.ndarray:
    """``uint8 [H, W, 3]``: red rises to the right, green downwards."""
    red = np.linspace(0, 255, width)[None, :].repeat(height, 0)
    green = np.linspace(0, 255, height)[:, None].repeat(width, 1)
    return np.stack([red, green, np.full((height, width), 90)], 2).astype(np.uint8)


def corner(width: int, height: int) -> Image.Image:
    """White in the upper left quarter, else black: shows how an image was turned."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = 255
    return Image.fromarray(pixels)


def save_turned(path: Path, image: Image.Image, orientation: int) -> Path:
    """Save as a JPEG whose EXIF says how a viewer has to turn it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(path, exif=exif, quality=95)
    return path

"""Photos as people have them: files of many types, with real headers and metadata."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


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


def drawn_face(width: int = 400, height: int = 300, side: int = 160) -> Image.Image:
    """A drawing in gray that Haar's cascade takes for a face; its eyes are in the upper half of a
    square of ``side`` pixels around the centre."""
    image = Image.new("L", (width, height), 90)
    pen = ImageDraw.Draw(image)
    x, y = (width - side) / 2, (height - side) / 2

    def ellipse(left: float, top: float, right: float, bottom: float, gray: int) -> None:
        pen.ellipse(
            (x + left * side, y + top * side, x + right * side, y + bottom * side), fill=gray
        )

    ellipse(0, -0.15, 1, 1.2, 205)
    ellipse(0, -0.2, 1, 0.6, 50)  # hair
    ellipse(0.05, 0.05, 0.95, 1.15, 205)
    for eye in (0.3, 0.7):
        ellipse(eye - 0.15, 0.30, eye + 0.15, 0.48, 150)
        ellipse(eye - 0.14, 0.24, eye + 0.14, 0.31, 60)  # brow
        ellipse(eye - 0.10, 0.35, eye + 0.10, 0.45, 230)
        ellipse(eye - 0.05, 0.35, eye + 0.05, 0.45, 30)
    nose = ((0.5, 0.4), (0.42, 0.68), (0.58, 0.68))
    pen.polygon([(x + across * side, y + down * side) for across, down in nose], fill=225)
    ellipse(0.42, 0.66, 0.58, 0.72, 130)
    ellipse(0.32, 0.82, 0.68, 0.92, 90)  # mouth
    return image.filter(ImageFilter.GaussianBlur(side / 50))

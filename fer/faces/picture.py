"""Draw faces as PNG pictures: one, or a sheet of many."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fer.faces.types import SIZE, Faces

GAP = 4
CAPTION = 16
"""Pixels above each class's rows."""


def data_uri(image: NDArray[np.uint8]) -> str:
    """A face as ``data:image/png;base64,…``, for a self-contained page."""
    return "data:image/png;base64," + base64.b64encode(png(Image.fromarray(image))).decode()


def png(image: Image.Image) -> bytes:
    """The bytes of a PNG file."""
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return content.getvalue()


def sheet(faces: Faces, rows: int, columns: int, seed: int) -> Image.Image:
    """Draw ``rows`` × ``columns`` random faces of each class, under the class's name.

    Unlabelled faces come as one block. A class with fewer faces leaves places empty.
    """
    draw = np.random.default_rng(seed)
    if faces.labels is None:
        blocks = {"unlabelled": np.arange(len(faces))}
    else:
        blocks = {name: np.flatnonzero(faces.labels == i) for i, name in enumerate(faces.classes)}
    step = SIZE + GAP
    height = CAPTION + rows * step + GAP
    picture = Image.new("L", (columns * step + GAP, height * len(blocks)), 255)
    pen = ImageDraw.Draw(picture)
    for block, (name, indices) in enumerate(blocks.items()):
        pen.text((GAP, block * height + 2), f"{name} ({len(indices):,})", fill=0)
        chosen = draw.permutation(indices)[: rows * columns]
        for place, index in enumerate(chosen):
            row, column = divmod(place, columns)
            at = (GAP + column * step, block * height + CAPTION + GAP + row * step)
            picture.paste(Image.fromarray(np.asarray(faces.images[index])), at)
    return picture

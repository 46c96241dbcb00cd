"""Confusion matrices as pictures."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fer.wording import counted

CELL = 84
MARGIN = 84
TITLE = 44
_DARK = np.array([0, 68, 136])
"""One hue from white to dark blue: readable with colour-blindness and in print."""


def draw_confusion(confusion: NDArray[np.int64], classes: tuple[str, ...]) -> Image.Image:
    """Draw counts, and their share of the row; row = label, column = prediction.

    Args:
        confusion: ``int64 [C, C]``.
    """
    count = len(classes)
    size = (MARGIN + count * CELL + 12, TITLE + count * CELL + 12)
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    right, total = int(np.trace(confusion)), int(confusion.sum())
    share = f", {100 * right / total:.1f} % correct" if total else ""
    pen.text(
        (8, 4), f"{counted(total, 'face')}{share}; rows: labels, columns: predictions", fill="black"
    )
    sums = np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    for row, column in np.ndindex(count, count):
        part = float(confusion[row, column] / sums[row, 0])
        left, top = MARGIN + column * CELL, TITLE + row * CELL
        colour = tuple(int(c) for c in 255 - (255 - _DARK) * part)
        pen.rectangle((left, top, left + CELL - 2, top + CELL - 2), fill=colour)
        text = f"{confusion[row, column]}\n{100 * part:.0f} %"
        ink = "white" if part > 0.45 else "black"
        centre = (left + CELL // 2, top + CELL // 2)
        pen.multiline_text(centre, text, fill=ink, anchor="mm", align="center")
    for index, name in enumerate(classes):
        pen.text((MARGIN + index * CELL + CELL // 2, TITLE - 4), name, fill="black", anchor="ms")
        pen.text((MARGIN - 6, TITLE + index * CELL + CELL // 2), name, fill="black", anchor="rm")
    return picture

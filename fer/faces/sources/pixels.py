"""Parse a cell of 2,304 gray levels."""

import re

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.types import SIZE
from fer.wording import counted

PIXELS = SIZE * SIZE
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def parse_pixels(cell: str, origin: str) -> NDArray[np.uint8]:
    """``uint8 [48, 48]`` from numbers with blanks between them; ``217.0`` counts as 217.

    Raises:
        BadInput: another number of pixels, or one that is no whole number from 0 to 255.
    """
    words = cell.split()
    if len(words) != PIXELS:
        raise BadInput(f"{origin}: {counted(len(words), 'pixel')}: expected {PIXELS:,}")
    # Digits and spaces alone: int() would also take 1_0 and the digits of every script.
    others = cell.encode(errors="replace").translate(None, b"0123456789 ")
    if not others:
        values = np.fromstring(cell, dtype=np.int64, sep=" ")
        if values.max() > 255:
            word = words[int(values.argmax())]
            raise BadInput(f"{origin}: pixel {word[:20]}: expected a number from 0 to 255")
        return values.astype(np.uint8).reshape(SIZE, SIZE)
    for word in words:
        if not _NUMBER.fullmatch(word):
            raise BadInput(f"{origin}: pixel {word[:20]!r}: expected a number from 0 to 255")
    numbers = np.array(words, dtype=np.float64)
    if numbers.max() <= 1 and (numbers % 1).any():
        raise BadInput(f"{origin}: pixels between 0 and 1: multiply them by 255 and round")
    wrong = (numbers % 1 != 0) | (numbers > 255)
    if wrong.any():
        word = words[int(wrong.argmax())]
        raise BadInput(f"{origin}: pixel {word[:20]!r}: expected a whole number from 0 to 255")
    return numbers.astype(np.uint8).reshape(SIZE, SIZE)

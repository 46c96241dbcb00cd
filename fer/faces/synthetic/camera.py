"""Pose a drawn face, light it, and take its picture."""

import numpy as np
from numpy.typing import NDArray

from fer.faces.synthetic.dice import Dice, Values
from fer.faces.synthetic.sheet import Sheet
from fer.faces.types import SIZE

HEAD = 19
"""Pixels in half the width of a head at scale 1."""

_PIXELS = ((np.arange(SIZE) + 0.5 - SIZE / 2) / HEAD).astype(np.float32)


def pose(dice: Dice) -> Sheet:
    """An empty sheet, rotated, scaled and shifted."""
    # From the tangent of half the angle, at most 11°, arithmetic alone gives its sine and cosine.
    tangent, scale = dice.around(0.10), dice.between(0.93, 1.12)
    size = (1 + tangent * tangent) * scale
    cosine, sine = (1 - tangent * tangent) / size, 2 * tangent / size
    right = _PIXELS[None, None, :] - dice.around(0.12)
    down = _PIXELS[None, :, None] - dice.around(0.12) + 0.08
    x, y = right * cosine - down * sine, right * sine + down * cosine
    return Sheet(np.empty_like(x), x, y, HEAD * scale)


def light(sheet: Sheet, dice: Dice) -> None:
    """Add a gradient of light over the picture."""
    slope = 1 + dice.around(0.35) * sheet.x + dice.around(0.25) * sheet.y
    sheet.canvas[:] *= np.clip(slope, 0.3, 1.7)


def shade(sheet: Sheet, dice: Dice) -> None:
    """Add a shadow over one side, with a soft border."""
    slant, place, side = dice.around(1.0), dice.between(-0.3, 0.7), dice.sign()
    edge = ((sheet.x + slant * sheet.y) * side - place) * 2.5 + 0.5
    sheet.canvas[:] *= 1 - dice.between(0.15, 0.45) * np.clip(edge, 0, 1)


def take(canvas: Values, dice: Dice) -> NDArray[np.uint8]:
    """Expose, blur and add noise: ``uint8 [B, 48, 48]``."""
    blur = dice.between(0.0, 1.0)
    taken = canvas + blur * (_blurred(canvas) - canvas)
    taken -= 0.5
    taken *= dice.between(0.65, 1.1)
    taken += dice.between(0.35, 0.65)
    noise = dice.noise(canvas.shape)
    noise *= dice.between(0.01, 0.11)
    taken += noise
    taken *= 255
    return np.clip(taken, 0, 255, out=taken).astype(np.uint8)


def _blurred(canvas: Values) -> Values:
    """Blur with weights of 1, 2, 1 along both axes; edges are repeated."""
    for axis in (1, 2):
        near = np.take(canvas, _BEFORE, axis)
        near += np.take(canvas, _AFTER, axis)
        near *= 0.25
        canvas = canvas * 0.5 + near
    return canvas


_BEFORE = np.maximum(np.arange(SIZE) - 1, 0)
_AFTER = np.minimum(np.arange(SIZE) + 1, SIZE - 1)

"""Draw pictures of an expression, from its name."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fer.faces.synthetic.camera import light, pose, shade, take
from fer.faces.synthetic.dice import Dice
from fer.faces.synthetic.expressions import Muscles
from fer.faces.synthetic.features import draw_brows, draw_eyes, draw_mouth
from fer.faces.synthetic.occlusion import draw_bar, draw_glasses, draw_hand, draw_lock
from fer.faces.synthetic.person import (
    Person,
    draw_background,
    draw_beard,
    draw_head,
    draw_long_hair,
    draw_nose,
)
from fer.faces.synthetic.sheet import Sheet

# Rows and columns within which these lie in every pose.
EYES = slice(0, 36), slice(2, 46)
NOSE = slice(12, 42), slice(8, 40)
MOUTH = slice(18, 48), slice(4, 44)

Draw = Callable[[Sheet, Person, Dice], None]


def draw_portraits(expression: str, dice: Dice) -> NDArray[np.uint8]:
    """Draw a batch of faces with one expression, as many as the dice: ``uint8 [B, 48, 48]``."""
    sheet = pose(dice)
    person, muscles = Person.drawn(dice), Muscles.drawn(expression, dice)
    draw_background(sheet, dice)
    _on_some(0.4, draw_long_hair, sheet, person, dice)
    draw_head(sheet, person, dice)
    _on_some(0.2, draw_beard, sheet, person, dice)
    front = sheet.moved(person.turn, person.nod)
    draw_nose(front.crop(*NOSE), person, dice)
    draw_mouth(front.crop(*MOUTH), person, muscles, dice)
    draw_eyes(front.crop(*EYES), person, muscles, dice)
    draw_brows(front.crop(*EYES), person, muscles, dice)
    for draw in (draw_glasses, draw_lock, draw_hand, draw_bar):
        _on_some(0.2, draw, sheet, person, dice)
    light(sheet, dice)
    _on_some(0.35, lambda sheet, _, dice: shade(sheet, dice), sheet, person, dice)
    return take(sheet.canvas, dice)


def _on_some(share: float, draw: Draw, sheet: Sheet, person: Person, dice: Dice) -> None:
    """Draw something on about this share of the faces."""
    chosen = np.flatnonzero(dice.chance(share))
    part = sheet.some(chosen)
    draw(part, person.some(chosen), dice.of(len(chosen)))
    sheet.canvas[chosen] = part.canvas

"""Draw eyes, brows and mouth, which show the expression."""

import numpy as np

from fer.faces.synthetic.dice import Dice
from fer.faces.synthetic.expressions import Muscles
from fer.faces.synthetic.person import Person
from fer.faces.synthetic.sheet import Sheet, band, ellipse

EYE_LEVEL = -0.16
BROW_LEVEL = -0.43


def draw_eyes(sheet: Sheet, person: Person, muscles: Muscles, dice: Dice) -> None:
    """Draw whites, irises with a random gaze, and dark upper lids."""
    outward = np.abs(sheet.x) - person.eyes
    down = sheet.y - EYE_LEVEL - outward * dice.around(0.15)
    width = dice.between(0.17, 0.22)
    arc = 1 - (outward / width) ** 2
    lid = down + muscles.upper_lid * arc
    opening = sheet.cover(np.maximum(-lid, down - muscles.lower_lid * arc))
    sheet.blend(opening, np.minimum(person.skin + dice.between(0.05, 0.3), 0.98))
    gaze = dice.around(0.06) * np.sign(sheet.x)
    radius = dice.between(0.075, 0.095)
    iris = sheet.cover(ellipse(outward - gaze, down - dice.around(0.02), radius, radius))
    sheet.blend(np.minimum(opening, iris), person.ink * dice.between(0.2, 0.8))
    line = np.maximum(band(lid, dice.between(0.02, 0.045)), band(outward, width))
    sheet.paint(line, person.ink)


def draw_brows(sheet: Sheet, person: Person, muscles: Muscles, dice: Dice) -> None:
    """Draw two bands, which may differ in height, and frown lines between them."""
    beside, side = np.abs(sheet.x), np.sign(sheet.x)
    width = dice.between(0.2, 0.27)
    place = (beside - person.eyes) / width
    middle = BROW_LEVEL + dice.around(0.05) + (muscles.outer_brow + muscles.inner_brow) / 2
    tilt, arch = (muscles.outer_brow - muscles.inner_brow) / 2, dice.between(0.0, 0.07)
    line = middle - arch + place * (tilt + arch * place) + side * dice.around(0.04)
    brow = np.maximum(band(sheet.y - line, dice.between(0.025, 0.065)), band(place, 1) * width)
    sheet.blend(sheet.cover(brow) * dice.between(0.6, 1.0), person.hair)
    frown = np.maximum(band(beside - 0.07, 0.02), band(sheet.y + 0.36, 0.1))
    sheet.blend(sheet.cover(frown) * muscles.frown, person.ink)


def draw_mouth(sheet: Sheet, person: Person, muscles: Muscles, dice: Dice) -> None:
    """Draw folds from the nose; lips along a curve, open or closed, and teeth."""
    _draw_folds(sheet, person, muscles)
    place = sheet.x / muscles.width
    arc = 1 - place * place
    # Corners are raised by half the smile, and the middle is lowered by half of it.
    curve = person.mouth + muscles.smile * (arc - 0.5) + dice.around(0.03) * place
    curve -= np.abs(muscles.sneer) * np.clip(place * np.sign(muscles.sneer), 0, 1)
    down = sheet.y - curve
    away, ends = np.abs(down), band(place, 1) * muscles.width
    gap = muscles.gape * arc
    lips = np.maximum(away - gap - (0.022 + dice.between(0.0, 0.06) * arc), ends)
    sheet.blend(sheet.cover(lips) * dice.between(0.5, 1.0), person.skin * dice.between(0.4, 0.8))
    inside = sheet.cover(np.maximum(away - np.maximum(gap, 0.015), ends))
    sheet.blend(inside, person.ink * dice.between(0.2, 0.8))
    teeth = sheet.cover(down + gap * (1 - 2 * muscles.teeth)) * (muscles.gape > 0)
    sheet.blend(np.minimum(inside, teeth), dice.between(0.7, 0.98))


def _draw_folds(sheet: Sheet, person: Person, muscles: Muscles) -> None:
    below = sheet.y - 0.22
    fold = band(np.abs(sheet.x) - 0.16 - 0.85 * below, 0.02)
    fold = np.maximum(fold, band(below - 0.175, 0.175))
    sheet.blend(sheet.cover(fold) * muscles.cheek, person.ink)

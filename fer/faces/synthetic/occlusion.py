"""Draw glasses, hair, a hand or a bar over a face. None hides a whole expression."""

import numpy as np

from fer.faces.synthetic.dice import Dice
from fer.faces.synthetic.features import EYE_LEVEL
from fer.faces.synthetic.person import Person
from fer.faces.synthetic.sheet import Sheet, band, capsule, ellipse


def draw_glasses(sheet: Sheet, person: Person, dice: Dice) -> None:
    """Draw two rings and a bridge."""
    radius, thick = dice.between(0.24, 0.31), dice.between(0.015, 0.035)
    beside, down = np.abs(sheet.x - person.turn), sheet.y - person.nod - EYE_LEVEL
    ring = ellipse(beside - person.eyes, down, radius, radius * 0.85)
    bridge = np.maximum(band(down, thick), beside - person.eyes + radius)
    sheet.paint(np.minimum(band(ring, thick), bridge), dice.between(0.02, 0.5))


def draw_lock(sheet: Sheet, person: Person, dice: Dice) -> None:
    """Draw hair that falls over one side."""
    slope, side = dice.around(0.3) + 0.2, dice.sign()
    lock = dice.between(0.25, 0.7) + slope * sheet.y - sheet.x * side
    lock = np.maximum(lock, sheet.y - dice.between(-0.1, 0.8))
    lock = np.maximum(lock, ellipse(sheet.x, sheet.y, 1.08, 1.3))
    sheet.paint(lock, person.hair)


def draw_hand(sheet: Sheet, person: Person, dice: Dice) -> None:
    """Draw four fingers that reach from below over one side."""
    side, inner, lean = dice.sign(), dice.between(0.3, 0.7), dice.around(0.3)
    reach, level = dice.between(0.0, 0.9), person.skin * dice.between(0.75, 1.15)
    for finger, shorter in enumerate((0.13, 0.03, 0.0, 0.1)):
        tip = (inner + 0.19 * finger) * side
        start, end = (tip, reach + shorter), (tip + lean, reach + 1.7)
        distance = capsule(sheet.x, sheet.y, start, end, 0.085)
        sheet.paint(distance - 0.03, level * 0.55)
        sheet.paint(distance, level)


def draw_bar(sheet: Sheet, person: Person, dice: Dice) -> None:
    """Draw a straight bar, upright or across, thin enough to see both of its sides."""
    upright, slant = dice.chance(0.5), dice.around(0.5)
    across = np.where(upright, sheet.x + slant * sheet.y, sheet.y + slant * sheet.x)
    bar = band(across - dice.between(-0.8, 0.8), dice.between(0.04, 0.1))
    sheet.paint(bar, dice.between(0.0, 1.0))

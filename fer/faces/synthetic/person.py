"""Draw a person's head, which all expressions have in common."""

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from fer.faces.synthetic.dice import Dice, Values
from fer.faces.synthetic.sheet import Sheet, band, ellipse


@dataclass(frozen=True)
class Person:
    """Gray levels and lengths of each face, ``[B, 1, 1]``.

    Attributes:
        skin, ink, hair: levels of the skin, of dark lines on it, and of hair and brows.
        width, height: half-axes of the head. jaw: how much narrower it is at the chin.
        turn, nod: how far the features lie to the right and down, as the head is turned.
        eyes: half the distance between the eyes. mouth: its height, below the origin.
    """

    skin: Values
    ink: Values
    hair: Values
    width: Values
    height: Values
    jaw: Values
    turn: Values
    nod: Values
    eyes: Values
    mouth: Values

    @classmethod
    def drawn(cls, dice: Dice) -> "Person":
        """Draw people."""
        skin = dice.between(0.32, 0.85)
        dark, fair = skin * dice.between(0.1, 0.6), skin + dice.between(0.1, 0.15)
        return cls(
            skin=skin,
            ink=skin * dice.between(0.15, 0.45),
            hair=np.where(dice.chance(0.87), dark, fair),
            width=dice.between(0.82, 1.02),
            height=dice.between(1.05, 1.35),
            jaw=dice.between(0.0, 0.3),
            turn=dice.around(0.13),
            nod=dice.around(0.08),
            eyes=dice.between(0.34, 0.40),
            mouth=dice.between(0.57, 0.66),
        )

    def some(self, faces: NDArray[np.int64]) -> "Person":
        """Some of the people, by their positions in the batch."""
        return Person(*(values[faces] for values in astuple(self)))


def draw_background(sheet: Sheet, dice: Dice) -> None:
    """Draw two gray levels with a straight border, under a gradient of light."""
    sheet.canvas[:] = dice.between(0.05, 0.95)
    slant, place, side = dice.around(0.8), dice.between(0.3, 2.0), dice.sign()
    sheet.paint(place - (sheet.x + slant * sheet.y) * side, dice.between(0.05, 0.95))
    sheet.canvas[:] += sheet.y * dice.around(0.15)


def draw_long_hair(sheet: Sheet, person: Person, dice: Dice) -> None:
    """Draw hair on both sides of the head."""
    more = dice.between(1.05, 1.3)
    sheet.paint(
        ellipse(sheet.x, sheet.y + 0.1, person.width * more, person.height * more), person.hair
    )


def draw_head(sheet: Sheet, person: Person, dice: Dice) -> None:
    """Draw neck, ears and a head that darkens toward its edges, and hair over the forehead."""
    x, y, skin = sheet.x, sheet.y, person.skin
    beside = np.abs(x)
    neck = np.maximum(beside - dice.between(0.35, 0.6), -y)
    sheet.paint(neck, skin * dice.between(0.6, 0.9))
    ears = ellipse(beside - person.width, y, 0.14, 0.24)
    sheet.paint(ears, skin * dice.between(0.7, 1.0))
    narrowed = x / (1 - person.jaw * np.clip(y, 0, 1))
    head = ellipse(narrowed, y - 0.05, person.width, person.height)
    rim = np.clip(1 + head, 0, 1.1)
    sheet.paint(head, skin * (1 - dice.between(0.05, 0.35) * (rim * rim)))
    line = dice.between(-1.1, -0.64) + x * (dice.around(0.25) + dice.between(0, 0.35) * x)
    sheet.paint(np.maximum(y - line, head - 0.1), person.hair)


def draw_beard(sheet: Sheet, person: Person, dice: Dice) -> None:
    """Draw a shade over cheeks and chin, never so dark that it hides the mouth."""
    head = ellipse(sheet.x, sheet.y - 0.05, person.width * 0.97, person.height)
    line = dice.between(0.4, 0.7) - np.abs(sheet.x) * dice.between(0.1, 0.4)
    cover = sheet.cover(np.maximum(head, line - sheet.y)) * dice.between(0.15, 0.5)
    sheet.blend(cover, person.hair)


def draw_nose(sheet: Sheet, person: Person, dice: Dice) -> None:
    """Draw a shadow along one side, and the nostrils below."""
    x, y, tip = sheet.x, sheet.y, dice.between(0.2, 0.32)
    slope = (y + 0.2) * (dice.between(0.08, 0.16) * dice.sign() / (tip + 0.2))
    ridge = np.maximum(band(x - slope, 0.025), np.maximum(-0.2 - y, y - tip))
    sheet.blend(sheet.cover(ridge) * dice.between(0.1, 0.6), person.ink)
    wing = np.abs(x) - dice.between(0.08, 0.13)
    nostrils = ellipse(wing, y - tip, 0.06, 0.035)
    sheet.blend(sheet.cover(nostrils) * dice.between(0.4, 0.9), person.ink)

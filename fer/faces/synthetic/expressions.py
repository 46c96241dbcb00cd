"""The ranges of muscle positions in each expression."""

from dataclasses import dataclass

from fer.faces.synthetic.dice import Dice, Values

Range = tuple[float, float]


@dataclass(frozen=True)
class Expression:
    """Ranges from which each face draws its own; lengths in half-widths of a head, y down.

    Attributes:
        smile: how much higher the corners of the mouth are than its middle.
        width: of half the mouth.
        open_share: share of the faces whose mouth is open.
        gape: half the height of an open mouth.
        teeth: share of an open mouth that shows upper teeth.
        inner_brow, outer_brow: how far that end of a brow is pulled down.
        upper_lid, lower_lid: how far each lid is from the middle of the eye.
        sneer: how far one side of the upper lip is raised.
        frown, cheek: strength of the lines between the brows, and from nose to mouth.
    """

    smile: Range
    width: Range
    open_share: float
    gape: Range
    teeth: Range
    inner_brow: Range
    outer_brow: Range
    upper_lid: Range
    lower_lid: Range
    sneer: Range = (0.0, 0.0)
    frown: Range = (0.0, 0.1)
    cheek: Range = (0.0, 0.3)


# After the action units of each in Ekman and Friesen's "Facial Action Coding System" (1978).
TABLE = {
    "angry": Expression(
        smile=(-0.22, -0.06),
        width=(0.26, 0.40),
        open_share=0.35,
        gape=(0.07, 0.15),
        teeth=(0.3, 0.9),
        inner_brow=(0.09, 0.20),
        outer_brow=(-0.10, 0.02),
        upper_lid=(0.05, 0.10),
        lower_lid=(0.03, 0.07),
        frown=(0.2, 0.7),
    ),
    "disgust": Expression(
        smile=(-0.15, 0.0),
        width=(0.24, 0.34),
        open_share=0.3,
        gape=(0.05, 0.1),
        teeth=(0.4, 0.9),
        inner_brow=(0.04, 0.10),
        outer_brow=(0.0, 0.06),
        upper_lid=(0.03, 0.06),
        lower_lid=(0.0, 0.03),
        sneer=(0.08, 0.18),
        cheek=(0.5, 0.9),
    ),
    "fear": Expression(
        smile=(-0.12, 0.02),
        width=(0.28, 0.40),
        open_share=0.85,
        gape=(0.07, 0.14),
        teeth=(0.0, 0.5),
        inner_brow=(-0.24, -0.12),
        outer_brow=(-0.06, 0.04),
        upper_lid=(0.12, 0.17),
        lower_lid=(0.06, 0.10),
    ),
    "happy": Expression(
        smile=(0.12, 0.27),
        width=(0.34, 0.50),
        open_share=0.5,
        gape=(0.06, 0.15),
        teeth=(0.3, 1.0),
        inner_brow=(-0.07, 0.05),
        outer_brow=(-0.04, 0.06),
        upper_lid=(0.04, 0.10),
        lower_lid=(0.01, 0.05),
        cheek=(0.2, 0.8),
    ),
    "sad": Expression(
        smile=(-0.22, -0.07),
        width=(0.24, 0.34),
        open_share=0.1,
        gape=(0.02, 0.05),
        teeth=(0.0, 0.2),
        inner_brow=(-0.18, -0.08),
        outer_brow=(0.02, 0.12),
        upper_lid=(0.02, 0.07),
        lower_lid=(0.03, 0.07),
    ),
    "surprise": Expression(
        smile=(-0.05, 0.05),
        width=(0.16, 0.26),
        open_share=0.9,
        gape=(0.14, 0.26),
        teeth=(0.0, 0.3),
        inner_brow=(-0.26, -0.14),
        outer_brow=(-0.26, -0.12),
        upper_lid=(0.11, 0.17),
        lower_lid=(0.06, 0.10),
    ),
    "neutral": Expression(
        smile=(-0.04, 0.05),
        width=(0.27, 0.42),
        open_share=0.3,
        gape=(0.03, 0.08),
        teeth=(0.0, 0.6),
        inner_brow=(-0.06, 0.04),
        outer_brow=(-0.05, 0.05),
        upper_lid=(0.05, 0.11),
        lower_lid=(0.03, 0.07),
    ),
}


@dataclass(frozen=True)
class Muscles:
    """Muscle positions of a batch of faces, drawn from ``Expression``, each ``[B, 1, 1]``."""

    smile: Values
    width: Values
    gape: Values
    teeth: Values
    inner_brow: Values
    outer_brow: Values
    upper_lid: Values
    lower_lid: Values
    sneer: Values
    frown: Values
    cheek: Values

    @classmethod
    def drawn(cls, name: str, dice: Dice) -> "Muscles":
        """Draw a batch of faces that all show the expression of this name."""
        ranges = TABLE[name]
        is_open = dice.chance(ranges.open_share)
        return cls(
            smile=dice.between(*ranges.smile),
            width=dice.between(*ranges.width),
            gape=dice.between(*ranges.gape) * is_open,
            teeth=dice.between(*ranges.teeth),
            inner_brow=dice.between(*ranges.inner_brow),
            outer_brow=dice.between(*ranges.outer_brow),
            upper_lid=dice.between(*ranges.upper_lid),
            lower_lid=dice.between(*ranges.lower_lid),
            sneer=dice.between(*ranges.sneer) * dice.sign(),
            frown=dice.between(*ranges.frown),
            cheek=dice.between(*ranges.cheek),
        )

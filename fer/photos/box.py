"""Boxes around faces, and the square that is cut for the network."""

from dataclasses import dataclass

MARGIN = 1.05
"""Side of the square by the side of a detected box.

Haar's boxes are 0.94 to 1.02 times the frame of FER2013's images, in the median over 150 training
images at four sizes, and centred on it.
"""


@dataclass(frozen=True)
class Box:
    """A rectangle in the pixels of an upright photo.

    Attributes:
        left: columns to the left of it.
        top: rows above it.
        width: in pixels.
        height: in pixels.
    """

    left: int
    top: int
    width: int
    height: int

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom as Pillow takes them, the last two exclusive."""
        return self.left, self.top, self.left + self.width, self.top + self.height


def face_square(face: Box, width: int, height: int, margin: float = MARGIN) -> Box:
    """The square around a face, framed as FER2013's images are.

    Its side is the longer side of ``face`` times ``margin``. At an edge of the photo it is moved
    inwards, and it is no larger than the photo's shorter side.

    Args:
        face: as a detector gave it.
        width: of the photo.
        height: of the photo.
    """
    side = max(1, min(round(max(face.width, face.height) * margin), width, height))
    left = round(face.left + (face.width - side) / 2)
    top = round(face.top + (face.height - side) / 2)
    return Box(min(max(left, 0), width - side), min(max(top, 0), height - side), side, side)


def centre_square(width: int, height: int) -> Box:
    """The largest square in the centre."""
    side = min(width, height)
    return Box((width - side) // 2, (height - side) // 2, side, side)

"""The canvas that faces are drawn on, and shapes with soft edges."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fer.faces.synthetic.dice import Values


@dataclass(frozen=True)
class Sheet:
    """A batch of pictures, and where each pixel lies in its face's own coordinates.

    The origin lies between the eyes and the nose, x points right and y down, and the head reaches
    to about 1 on each side.

    Attributes:
        canvas: gray levels, black 0 and white 1, ``[B, rows, columns]``; it is drawn on in place.
        x, y: the same shape.
        sharpness: pixels in a length of 1, ``[B, 1, 1]``.
    """

    canvas: Values
    x: Values
    y: Values
    sharpness: Values

    def cover(self, distance: Values) -> Values:
        """The share of each pixel that a shape covers, with a ramp one pixel wide at its edge.

        Args:
            distance: to the shape's edge, negative inside it.
        """
        share = distance * -self.sharpness
        share += np.float32(0.5)
        return np.clip(share, 0, 1, out=share)

    def blend(self, cover: Values, level: Values) -> None:
        """Blend a gray level into the canvas, weighted by the cover."""
        change = level - self.canvas
        change *= cover
        self.canvas[:] += change

    def paint(self, distance: Values, level: Values) -> None:
        """Fill a shape with a gray level."""
        self.blend(self.cover(distance), level)

    def moved(self, right: Values, down: Values) -> "Sheet":
        """The same canvas, with the origin elsewhere."""
        return replace(self, x=self.x - right, y=self.y - down)

    def crop(self, rows: slice, columns: slice) -> "Sheet":
        """A part of the same canvas, for shapes that lie within it: less to compute."""
        part = (slice(None), rows, columns)
        x, y = np.ascontiguousarray(self.x[part]), np.ascontiguousarray(self.y[part])
        return Sheet(self.canvas[part], x, y, self.sharpness)

    def some(self, faces: NDArray[np.int64]) -> "Sheet":
        """A copy of some of the pictures, by their positions in the batch."""
        return Sheet(self.canvas[faces], self.x[faces], self.y[faces], self.sharpness[faces])


def ellipse(x: Values, y: Values, width: Values | float, height: Values | float) -> Values:
    """Distance to an ellipse around the origin with these half-axes.

    It is 0 on the edge, and true to scale there along the shorter axis.
    """
    across, down = x * (1 / width), y * (1 / height)
    across *= across
    down *= down
    across += down
    radius: Values = np.sqrt(across, out=across)
    radius -= 1
    radius *= np.minimum(width, height).astype(np.float32)
    return radius


def band(along: Values, half: Values | float) -> Values:
    """Distance to the band of all pixels whose ``along`` is within ``half`` of 0."""
    distance = np.abs(along)
    distance -= half
    return distance


def capsule(
    x: Values, y: Values, start: tuple[Values, Values], end: tuple[Values, Values], radius: float
) -> Values:
    """Distance to a line with round ends."""
    right, down = end[0] - start[0], end[1] - start[1]
    x, y = x - start[0], y - start[1]
    along = np.clip((x * right + y * down) / (right * right + down * down), 0, 1)
    x -= along * right
    y -= along * down
    distance: Values = np.sqrt(x * x + y * y) - radius
    return distance

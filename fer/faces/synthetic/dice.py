"""Random numbers that are the same on every machine."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.floating[Any]]
"""``float32 [B, 1, 1]``, one value a face, or ``[B, rows, columns]``, one a pixel."""


class Dice:
    """Draws for a batch of faces, each result ``[count, 1, 1]``.

    Drawing a face uses only arithmetic that IEEE 754 defines to the last bit: no sine, exponential
    or normal deviate, whose last bits differ between processors. So the faces are the same on all.
    """

    def __init__(self, count: int, generator: np.random.Generator) -> None:
        self.count = count
        self._generator = generator

    def of(self, count: int) -> "Dice":
        """Dice for another number of faces, which continue the same stream of numbers."""
        return Dice(count, self._generator)

    def between(self, low: float, high: float) -> Values:
        """Uniform in [low, high)."""
        draws = self._generator.random((self.count, 1, 1))
        values: Values = (low + (high - low) * draws).astype(np.float32)
        return values

    def around(self, reach: float) -> Values:
        """Triangular in (-reach, reach): the difference of two uniform draws."""
        draws = self._generator.random((2, self.count, 1, 1))
        values: Values = (reach * (draws[0] - draws[1])).astype(np.float32)
        return values

    def chance(self, share: float) -> NDArray[np.bool_]:
        """True with this probability, for each face."""
        return self._generator.random((self.count, 1, 1)) < share

    def sign(self) -> Values:
        """-1 or 1."""
        return np.where(self.chance(0.5), np.float32(-1), np.float32(1))

    def noise(self, shape: tuple[int, ...]) -> Values:
        """Independent values in (-1, 1), distributed as in ``around(1)``, in steps of 1/256."""
        grains = self._generator.integers(0, 256, (2, *shape), dtype=np.uint8)
        noise: Values = np.subtract(grains[0], grains[1], dtype=np.float32)
        noise *= np.float32(1 / 256)
        return noise

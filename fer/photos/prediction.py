"""The prediction for one face. Imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass

from fer.photos.box import Box


@dataclass(frozen=True)
class Prediction:
    """The expression on one face.

    Attributes:
        label: the most probable class.
        probabilities: by class name, in the model's order; they sum to 1.
        box: the square of the photo that was classified, in its upright pixels; None where no face
            was detected and the image itself was taken as a crop of one.
    """

    label: str
    probabilities: Mapping[str, float]
    box: Box | None

    @property
    def probability(self) -> float:
        """The label's."""
        return self.probabilities[self.label]

"""What every network family has in common."""

from typing import TYPE_CHECKING

from torch import nn

from fer.recipe import Recipe

if TYPE_CHECKING:
    from fer.evaluation.calibration import Calibration


class Network(nn.Module):
    """Base class of the families: logits of each class for a batch of faces.

    Input: ``float [B, 1, 48, 48]``, gray levels in [0, 1], and smaller in training, where the
    recipe's ``image_sizes`` say so; a family normalises them itself, so that a saved model is
    complete. Output: ``float [B, classes]`` logits.

    A subclass builds its layers from the recipe alone; weights are drawn from the global RNG. It
    uses every key of the network, ``activation``, ``dropout`` and ``widths``, so that none has no
    effect. The first sentence of its docstring stands in the docs.

    Attributes:
        calibration: of its probabilities; None = not calibrated.
    """

    calibration: "Calibration | None" = None

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()

    @property
    def temperature(self) -> float:
        """What the logits are divided by before the softmax; 1 if not calibrated."""
        return self.calibration.temperature if self.calibration else 1.0

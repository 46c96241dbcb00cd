"""The published family: convolutional blocks, each with batch normalisation and an activation, then
a classifier with dropout."""

from itertools import pairwise

from torch import Tensor, nn

from fer.faces.types import SIZE
from fer.networks.base import Network
from fer.recipe import Recipe

_ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
    "mish": nn.Mish,
}


class Published(Network):
    """One block for each of the recipe's widths, then two linear layers.

    Each block halves height and width. Widths 32-64-128-256 and three classes: 979,171 parameters.
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        activation = _ACTIVATIONS[recipe.activation]
        channels = (1, *recipe.widths)
        self.blocks = nn.Sequential(
            *(_block(inputs, outputs, activation) for inputs, outputs in pairwise(channels))
        )
        side = SIZE >> len(recipe.widths)
        hidden = recipe.widths[-1]
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(recipe.dropout),
            nn.Linear(hidden * side * side, hidden),
            activation(),
            nn.Dropout(recipe.dropout),
            nn.Linear(hidden, len(recipe.classes)),
        )

    def forward(self, images: Tensor) -> Tensor:
        # FER2013's gray levels have mean 0.50 and SD 0.25. Constants here, not statistics in a file
        # of their own, keep a saved model complete.
        logits: Tensor = self.head(self.blocks((images - 0.5) * 4.0))
        return logits


def _block(inputs: int, outputs: int, activation: type[nn.Module]) -> nn.Sequential:
    # Pooling before normalising (as airbench does) leaves BN and the activation a quarter of the
    # pixels.
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.MaxPool2d(2),
        nn.BatchNorm2d(outputs),
        activation(),
    )

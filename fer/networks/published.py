"""The published family: convolutional blocks, each with batch normalisation and an activation, then
a classifier with dropout."""

from itertools import pairwise

from torch import Tensor, nn

from fer.faces.types import SIZE
from fer.networks.base import Network
from fer.networks.parts import ACTIVATIONS, normalise, pooling_block, resized_to
from fer.recipe import Recipe


class Published(Network):
    """One convolution in each block, then two linear layers.

    Each block halves height and width. Widths 32-64-128-256 and three classes: 979,171 parameters.
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        activation = ACTIVATIONS[recipe.activation]
        channels = (1, *recipe.widths)
        self.blocks = nn.Sequential(
            *(pooling_block(inputs, outputs, activation) for inputs, outputs in pairwise(channels))
        )
        self.side = side = SIZE >> len(recipe.widths)
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
        features = self.blocks(normalise(images))
        # Nothing to do but for smaller images, which only training has.
        logits: Tensor = self.head(resized_to(features, self.side))
        return logits

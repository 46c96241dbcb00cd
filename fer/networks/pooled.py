"""The pooled family: the published network's blocks with a pooled head."""

from itertools import pairwise

from torch import Tensor, nn

from fer.networks.base import Network
from fer.networks.parts import ACTIVATIONS, normalise, pooled_head, pooling_block
from fer.recipe import Recipe


class Pooled(Network):
    """The blocks of `published`, then the mean of each channel and one linear layer.

    The published network has 60 % of its parameters in its first linear layer. This one has none,
    so that the same number buys wider convolutions.
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        activation = ACTIVATIONS[recipe.activation]
        channels = (1, *recipe.widths)
        self.blocks = nn.Sequential(
            *(pooling_block(inputs, outputs, activation) for inputs, outputs in pairwise(channels))
        )
        self.head = pooled_head(recipe)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(self.blocks(normalise(images)))
        return logits

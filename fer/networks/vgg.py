"""The VGG-like family: pairs of 3×3 convolutions (Simonyan and Zisserman, 2015)."""

from itertools import pairwise

from torch import Tensor, nn

from fer.networks.base import Network
from fer.networks.parts import ACTIVATIONS, conv, normalise, pooled_head, pooling_block
from fer.recipe import Recipe


class Vgg(Network):
    """Two convolutions in each block, then the mean of each channel and one linear layer.

    Each convolution has a batch normalisation, which VGG lacked. Each block halves height and
    width.
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        activation = ACTIVATIONS[recipe.activation]
        channels = (1, *recipe.widths)
        self.blocks = nn.Sequential(
            *(_block(inputs, outputs, activation) for inputs, outputs in pairwise(channels))
        )
        self.head = pooled_head(recipe)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(self.blocks(normalise(images)))
        return logits


def _block(inputs: int, outputs: int, activation: type[nn.Module]) -> nn.Sequential:
    return nn.Sequential(
        conv(inputs, outputs),
        nn.BatchNorm2d(outputs),
        activation(),
        *pooling_block(outputs, outputs, activation),
    )

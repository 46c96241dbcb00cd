"""The residual family: pre-activation blocks (He et al., 2016, "Identity mappings in deep residual
networks")."""

from itertools import pairwise

from torch import Tensor, nn

from fer.networks.base import Network
from fer.networks.parts import ACTIVATIONS, conv, normalise, pooled_head
from fer.recipe import Recipe


class Residual(Network):
    """Two residual blocks of two convolutions each, then the mean of each channel and one linear
    layer.

    ResNet-18's layout with a 3×3 first convolution: for each width a stage of two blocks, of which
    the first halves height and width.
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        activation = ACTIVATIONS[recipe.activation]
        channels = (recipe.widths[0], *recipe.widths)
        self.stem = conv(1, recipe.widths[0])
        self.stages = nn.Sequential(
            *(_stage(inputs, outputs, activation) for inputs, outputs in pairwise(channels))
        )
        self.norm = nn.Sequential(nn.BatchNorm2d(recipe.widths[-1]), activation())
        self.head = pooled_head(recipe)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(self.norm(self.stages(self.stem(normalise(images)))))
        return logits


def _stage(inputs: int, outputs: int, activation: type[nn.Module]) -> nn.Sequential:
    return nn.Sequential(
        _Downsampling(inputs, outputs, activation), _Block(outputs, outputs, activation)
    )


class _Block(nn.Module):
    """Normalisation and activation before each of two convolutions, and a sum around them."""

    def __init__(
        self, inputs: int, outputs: int, activation: type[nn.Module], stride: int = 1
    ) -> None:
        super().__init__()
        self.before = nn.Sequential(nn.BatchNorm2d(inputs), activation())
        self.residual = nn.Sequential(
            conv(inputs, outputs, stride),
            nn.BatchNorm2d(outputs),
            activation(),
            conv(outputs, outputs),
        )

    def forward(self, images: Tensor) -> Tensor:
        total: Tensor = images + self.residual(self.before(images))
        return total


class _Downsampling(_Block):
    """The same with half the height and width, and another number of channels.

    The shortcut averages before its 1×1 convolution: with a stride of 2 instead it would ignore
    three quarters of the pixels (ResNet-D; He et al., 2019, "Bag of tricks"). It begins after the
    first activation, as in the identity mappings' own code.
    """

    def __init__(self, inputs: int, outputs: int, activation: type[nn.Module]) -> None:
        super().__init__(inputs, outputs, activation, stride=2)
        # Odd sides are rounded up, as a convolution of stride 2 does.
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(2, ceil_mode=True), nn.Conv2d(inputs, outputs, 1, bias=False)
        )

    def forward(self, images: Tensor) -> Tensor:
        activated = self.before(images)
        total: Tensor = self.shortcut(activated) + self.residual(activated)
        return total

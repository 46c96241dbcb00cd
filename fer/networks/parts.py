"""Parts that several families share."""

import torch.nn.functional as F
from torch import Tensor, nn

from fer.recipe import Recipe

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
    "mish": nn.Mish,
}
"""What a recipe's key ``activation`` may be."""


def normalise(images: Tensor) -> Tensor:
    """Gray levels in [0, 1] to about mean 0 and SD 1.

    FER2013's have mean 0.50 and SD 0.25. Constants here, not statistics in a file of their own,
    keep a saved model complete.
    """
    return (images - 0.5) * 4.0


def conv(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    """A 3×3 convolution; a batch normalisation after it makes a bias useless."""
    return nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)


def pooling_block(inputs: int, outputs: int, activation: type[nn.Module]) -> nn.Sequential:
    """Convolution, pooling, batch normalisation, activation; halves height and width.

    Pooling before normalising (as airbench does) leaves the two last a quarter of the pixels.
    """
    return nn.Sequential(
        conv(inputs, outputs), nn.MaxPool2d(2), nn.BatchNorm2d(outputs), activation()
    )


def resized_to(images: Tensor, side: int) -> Tensor:
    """Images or feature maps ``[B, C, side, side]``, by bilinear interpolation."""
    if images.shape[-1] == side:
        return images
    return F.interpolate(images, size=(side, side), mode="bilinear", align_corners=False)


def pooled_head(recipe: Recipe) -> nn.Sequential:
    """The mean of each channel, dropout, and one linear layer (Lin et al., 2014, "Network in
    network"): ``[B, widths[-1], H, W]`` to ``[B, classes]``."""
    return nn.Sequential(
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(recipe.dropout),
        nn.Linear(recipe.widths[-1], len(recipe.classes)),
    )

"""Initial weights that shorten the way, as in airbench (Jordan, 2024, "94% on CIFAR-10 in 3.29
seconds on a single GPU")."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fer.augment import to_gray
from fer.networks.parts import normalise
from fer.recipe import Recipe

FACES = 2000
"""Whose patches the first layer's components are computed from."""


@torch.no_grad()
def initialise(network: nn.Module, recipe: Recipe, images: Tensor) -> None:
    """Replace initial weights where the recipe says so; nothing is drawn.

    Args:
        images: of the training faces, ``uint8 [N, 48, 48]``.
    """
    layers = [each for each in network.modules() if isinstance(each, nn.Conv2d)]
    if recipe.first_layer == "whitened":
        for layer in layers[:1]:
            whiten(layer.weight, images[:FACES])
    if recipe.hidden_layers == "identity":
        for layer in layers[1:]:
            nn.init.dirac_(layer.weight[: layer.in_channels])


def whiten(weight: Tensor, images: Tensor) -> None:
    """Set the first filters to the principal components of the images' patches, and to their
    negatives, as activations are one-sided.

    The filters keep their mean norm: batch normalisation gives all responses the same variance,
    so that the norm decides only how fast a filter learns. airbench's layer stays as it is; this
    one is trained.

    Args:
        weight: ``[filters, 1, side, side]``; where there are more filters than components and
            negatives, the others stay random.
        images: ``uint8 [N, 48, 48]``.
    """
    patches = F.unfold(normalise(to_gray(images)), weight.shape[-1])  # [N, side * side, places]
    covariance = torch.cov(patches.transpose(0, 1).flatten(1))
    components = torch.linalg.eigh(covariance).eigenvectors.T.flip(0)  # the largest first
    filters = torch.stack([components, -components], dim=1).flatten(0, 1)[: len(weight)]
    norm = weight.flatten(1).norm(dim=1).mean()
    weight[: len(filters)] = (filters * norm).reshape(-1, *weight.shape[1:])

"""Mixing of pairs of faces and of their labels: mixup (Zhang et al., 2018, "mixup: Beyond empirical
risk minimization") and cutmix (Yun et al., 2019, "CutMix")."""

import math

import torch
from torch import Tensor

from fer.augment import squares
from fer.faces.types import SIZE
from fer.recipe import Recipe

_DRAWS = 7


def mix(
    images: Tensor, labels: Tensor, recipe: Recipe, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Mix each face of a batch with another one, by a share of its own.

    A batch is in random order, so the other face is the one as far from the batch's end.

    Args:
        images: ``float32 [B, 1, side, side]``.
        labels: ``int64 [B]``.
        recipe: where both of its ``mixup`` and ``cutmix`` are above 0, each face draws one of them.
        generator: on the images' device; it is not used where both are 0.

    Returns:
        Images, and targets ``float32 [B, classes]`` that sum to 1; where both keys are 0, images
        and labels unchanged.
    """
    if not (recipe.mixup or recipe.cutmix):
        return images, labels
    draws = torch.rand(len(images), _DRAWS, generator=generator, device=images.device)
    if not recipe.cutmix:
        images, shares = _mixup(images, draws, recipe.mixup)
    elif not recipe.mixup:
        images, shares = _cutmix(images, draws, recipe.cutmix)
    else:
        blended, blended_shares = _mixup(images, draws, recipe.mixup)
        pasted, pasted_shares = _cutmix(images, draws[:, 2:], recipe.cutmix)
        blends = draws[:, 6] < 0.5
        images = torch.where(blends.view(-1, 1, 1, 1), blended, pasted)
        shares = torch.where(blends, blended_shares, pasted_shares)
    classes = torch.arange(len(recipe.classes), device=labels.device)
    own = (labels.unsqueeze(1) == classes).float()
    return images, torch.lerp(own.flip(0), own, shares.unsqueeze(1))


def likeliest(targets: Tensor) -> Tensor:
    """The class with the largest share, ``int64 [B]``, of targets as ``mix`` returns them."""
    return targets if targets.ndim == 1 else targets.argmax(1)


def _mixup(images: Tensor, draws: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """Blends, and each face's own share of its blend ``[B]``."""
    shares = symmetric_beta(draws[:, 0], draws[:, 1], alpha)
    return torch.lerp(images.flip(0), images, shares.view(-1, 1, 1, 1)), shares


def _cutmix(images: Tensor, draws: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """Faces with a square of another, and the share ``[B]`` of each that is left.

    The square's centre may lie anywhere; at the edges a part of it is cut off.
    """
    sides = SIZE * (1 - symmetric_beta(draws[:, 0], draws[:, 1], alpha)).sqrt()
    covered = squares(draws[:, 2:4], sides.view(-1, 1, 1), images.shape[-1])
    mixed = torch.where(covered.unsqueeze(1), images.flip(0), images)
    return mixed, 1 - covered.float().mean(dim=(1, 2))


def symmetric_beta(first: Tensor, second: Tensor, alpha: float) -> Tensor:
    """Draws of Beta(alpha, alpha) from two that are uniform in [0, 1).

    Bailey's polar method gives Student's t (1994, "Polar generation of random variates with the
    t-distribution"), of which the symmetric beta is a function (Devroye, 1996, "Random variate
    generation in one line of code"). It rejects nothing, as a CUDA graph needs, and holds for the
    smallest alpha, for which gamma draws underflow.
    """
    radius = first.pow(1 / alpha)
    across = torch.cos(2 * math.pi * second)
    length = (radius + (1 - radius) * across.square()).sqrt()
    return (1 + across * (1 - radius).sqrt() / length) / 2

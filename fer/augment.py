"""Random augmentation of a whole batch on its device, independent for each image."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from fer.faces.types import SIZE
from fer.networks.parts import resized_to
from fer.recipe import Recipe

# Half-ranges at strength 1.
ROTATION = math.radians(12)
SHIFT = 0.10  # of the face's width
SCALE = 0.12
BRIGHTNESS = 0.3
CONTRAST = 0.3
CUTOUT_SIDE = 16  # pixels, on half of the images

_DRAWS = 10


def to_gray(images: Tensor) -> Tensor:
    """``uint8 [B, 48, 48]`` to ``float32 [B, 1, 48, 48]`` in [0, 1]."""
    return images.unsqueeze(1).float() / 255


def augment(
    images: Tensor,
    recipe: Recipe,
    generator: torch.Generator,
    side: int = SIZE,
    mirrored: Tensor | None = None,
) -> Tensor:
    """Transform each face by random amounts.

    Args:
        images: ``float32 [B, 1, 48, 48]`` in [0, 1].
        recipe: its ``augmentation`` scales the ranges of its ``transforms``; at 0 the images only
            change their size.
        generator: on the images' device; one call advances it by the same amount for every recipe
            whose strength is above 0.
        side: height and width of the result, in pixels.
        mirrored: which faces ``flip`` mirrors, ``bool [B]``; None = draw them.

    Returns:
        ``float32 [B, 1, side, side]`` in [0, 1].
    """
    if recipe.augmentation == 0:
        return resized_to(images, side)
    # One draw for all: on a GPU each call is a launch.
    draws = torch.rand(len(images), _DRAWS, generator=generator, device=images.device)
    strength: dict[str, float] = dict.fromkeys(recipe.transforms, recipe.augmentation)
    if strength.keys() & {"flip", "rotation", "shift", "scale"}:
        mirrored = draws[:, 4] < 0.5 if mirrored is None else mirrored
        images = _move(images, draws[:, :4], mirrored, strength, side)
    else:
        images = resized_to(images, side)
    if strength.keys() & {"brightness", "contrast"}:
        images = _relight(images, draws[:, 5:7], strength)
    if "cutout" in strength:
        images = _cut_out(images, draws[:, 7:10], strength["cutout"])
    return images


def _signed(draws: Tensor) -> Tensor:
    """Uniform in [0, 1) to uniform in [-1, 1)."""
    return draws * 2 - 1


def _move(
    images: Tensor, draws: Tensor, mirrored: Tensor, strength: dict[str, float], side: int
) -> Tensor:
    """Flip, rotate, scale, shift and resize in one bilinear resampling; edges are repeated."""
    amounts = _signed(draws)
    angle = amounts[:, 0] * (ROTATION * strength.get("rotation", 0.0))
    # exp keeps the size positive at any strength, and is 1 ± x near 0.
    size = torch.exp(amounts[:, 1] * (SCALE * strength.get("scale", 0.0)))
    # affine_grid's coordinates run from -1 to 1, so a share of the width counts double.
    shift = amounts[:, 2:4] * (2 * SHIFT * strength.get("shift", 0.0))
    mirror = torch.where(mirrored, -1.0, 1.0) if "flip" in strength else 1.0
    cos, sin = torch.cos(angle) * size, torch.sin(angle) * size
    rows = torch.stack([cos * mirror, -sin, shift[:, 0], sin * mirror, cos, shift[:, 1]], dim=1)
    shape = [len(images), 1, side, side]
    grid = F.affine_grid(rows.view(-1, 2, 3), shape, align_corners=False)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _relight(images: Tensor, draws: Tensor, strength: dict[str, float]) -> Tensor:
    """Scale the brightness, then the contrast around each face's mean."""
    amounts = _signed(draws).view(-1, 2, 1, 1, 1)
    brightness = torch.exp(amounts[:, 0] * (BRIGHTNESS * strength.get("brightness", 0.0)))
    contrast = torch.exp(amounts[:, 1] * (CONTRAST * strength.get("contrast", 0.0)))
    images = images * brightness
    mean = images.mean(dim=(2, 3), keepdim=True)
    return ((images - mean) * contrast + mean).clamp(0, 1)


def _cut_out(images: Tensor, draws: Tensor, strength: float) -> Tensor:
    """Cover a square of mid-gray on half of the images (DeVries and Taylor, 2017).

    Its centre may lie anywhere; at the edges a part of it is cut off.
    """
    covered = squares(draws[:, :2], CUTOUT_SIDE * strength, images.shape[-1])
    covered &= draws[:, 2, None, None] < 0.5
    return images.masked_fill(covered.unsqueeze(1), 0.5)


def squares(centres: Tensor, sides: float | Tensor, side: int) -> Tensor:
    """The pixels of one square in each image.

    Args:
        centres: ``[B, 2]``, as shares of height and width in [0, 1].
        sides: of the squares, in pixels of a 48×48 image; a number, or ``[B, 1, 1]``.
        side: height and width of the images, in pixels.

    Returns:
        ``bool [B, side, side]``.
    """
    pixels = (torch.arange(side, device=centres.device) + 0.5) * (SIZE / side)
    inside = ((pixels - centres[:, :, None] * SIZE).abs() < sides / 2).unsqueeze(-1)
    return inside[:, 0] & inside[:, 1].transpose(1, 2)

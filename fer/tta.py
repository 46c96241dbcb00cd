"""Test-time augmentation: the views of a face whose probabilities are averaged.

``none`` is the face itself; ``flip``, the face and its mirror image; ``crops``, the face and four
shifted crops of it, and the mirror images of all five (Krizhevsky et al., 2012, "ImageNet
classification with deep convolutional neural networks").
"""

from collections.abc import Iterator
from typing import get_args

import torch
from torch import Tensor

from fer.faces.types import SIZE
from fer.recipe import Tta

SHIFT = 2
"""Pixels by which a crop is shifted, in each direction."""

_CROPS = ((0, 0), (-SHIFT, -SHIFT), (-SHIFT, SHIFT), (SHIFT, -SHIFT), (SHIFT, SHIFT))


def views(images: Tensor, tta: Tta) -> Iterator[Tensor]:
    """The views of ``uint8 [N, 48, 48]`` images, each of the same shape; edges are repeated.

    Raises:
        ValueError: another value of ``tta``.
    """
    if tta not in get_args(Tta):
        raise ValueError(f"tta = {tta!r}: must be one of {', '.join(get_args(Tta))}")
    for rows, columns in _CROPS if tta == "crops" else _CROPS[:1]:
        crop = _shifted(images, rows, columns) if rows else images
        yield crop
        if tta != "none":
            yield crop.flip(2)


def _shifted(images: Tensor, rows: int, columns: int) -> Tensor:
    pixels = torch.arange(SIZE, device=images.device)
    below, beside = ((pixels + shift).clamp(0, SIZE - 1) for shift in (rows, columns))
    return images[:, below][:, :, beside]

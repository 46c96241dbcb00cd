"""Alternating flip: each face is seen as it is and mirrored in turn (Jordan, 2024, "94% on CIFAR-10
in 3.29 seconds on a single GPU")."""

import torch
from torch import Tensor

from fer.recipe import Recipe


class AlternatingFlip:
    """Which faces are mirrored: in the first epoch a random half, then always the other faces.

    A random flip shows a face as it was in the epoch before in half of the cases.

    Args:
        count: of the training faces.
    """

    def __init__(self, recipe: Recipe, count: int, device: torch.device) -> None:
        generator = torch.Generator().manual_seed(recipe.seed)
        self._first = (torch.rand(count, generator=generator) < 0.5).to(device)
        self._others = torch.zeros((), dtype=torch.bool, device=device)

    def begin_epoch(self, number: int) -> None:
        """Choose the faces of an epoch, which counts from 0."""
        self._others.fill_(number % 2 == 1)

    def mirrored(self, batch: Tensor) -> Tensor:
        """Whether each face of a batch ``int64 [B]`` is mirrored, ``bool [B]``."""
        return self._first[batch] ^ self._others

"""Lookahead: weights that go back a part of the way every few steps (Zhang et al., 2019, "Lookahead
optimizer: k steps forward, 1 step back"), ever farther, as in airbench.

https://github.com/KellerJordan/cifar10-airbench
"""

import torch
from torch import nn

from fer.training.average import floats

DECAY = 0.95
"""Share of the slow weights that is kept for each step, at the end of a run."""

POWER = 3
"""The kept share grows with this power of the progress: fast at first, averaged at the end."""


class Lookahead:
    """The slow weights of one epoch, which begin as the network's weights and batch statistics.

    Where they meet, slow and fast weights become the same. They do so at the end of each epoch, so
    that a checkpoint needs no slow weights, and evaluation and the model have them. (airbench takes
    back the steps since the last meeting there; here they count.)

    Args:
        every: steps between meetings; 0 = off.
    """

    def __init__(self, network: nn.Module, every: int) -> None:
        self._every = every
        self._fast = floats(network) if every else []
        self._slow = [tensor.clone() for tensor in self._fast]
        self._steps = 0

    def step(self, progress: float) -> None:
        """Count a step of the optimiser, and meet after so many.

        Args:
            progress: share of the run's steps that are taken, in (0, 1].
        """
        self._steps += 1
        if self._steps == self._every:
            self.meet(progress)

    @torch.no_grad()
    def meet(self, progress: float) -> None:
        """Move the slow weights towards the fast ones, and set these to the slow ones."""
        if self._every and self._steps:
            kept = DECAY**self._steps * progress**POWER
            torch._foreach_lerp_(self._slow, self._fast, 1 - kept)
            torch._foreach_copy_(self._fast, self._slow)
            self._steps = 0

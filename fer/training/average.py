"""The moving average of a network's weights."""

import copy

import torch
from torch import Tensor, nn

from fer.networks.base import Network


class EMA:
    """An exponential moving average of a network's weights and batch statistics.

    With decay 0 the average is the network itself. The first steps average over fewer:
    decay = min(decay, (1 + step) / (10 + step)), as in TensorFlow's ExponentialMovingAverage.
    """

    def __init__(self, network: Network, decay: float) -> None:
        self.decay = decay
        self.network = copy.deepcopy(network).requires_grad_(False) if decay else network
        self._source = floats(network)
        self._target = floats(self.network)

    def weight(self, step: int) -> float:
        """Weight in (0, 1] of the network in its average after ``step``, which counts from 0."""
        return 1 - min(self.decay, (1 + step) / (10 + step))

    @torch.no_grad()
    def update(self, weight: float | Tensor) -> None:
        """Update the average; ``weight`` is in (0, 1], a number or a 0-d tensor."""
        if not self.decay:
            return
        if not isinstance(weight, Tensor):
            torch._foreach_lerp_(self._target, self._source, weight)
            return
        # With a weight on the device, lerp launches once per tensor; this launches three times.
        change = torch._foreach_sub(self._source, self._target)
        torch._foreach_mul_(change, weight)
        torch._foreach_add_(self._target, change)


def floats(network: nn.Module) -> list[Tensor]:
    """A network's weights and batch statistics: the tensors themselves, without gradients."""
    return [
        tensor.detach()
        for tensor in (*network.parameters(), *network.buffers())
        if tensor.is_floating_point()
    ]

"""Sharpness-aware minimisation (Foret et al., 2021, "Sharpness-aware minimization for efficiently
improving generalization")."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def uphill(network: nn.Module, radius: float) -> Iterator[None]:
    """Within it, the weights are ``radius`` along their gradient, which is cleared, and batch
    normalisation keeps its running statistics; after it, they are exactly as before."""
    weights = [weight for weight in network.parameters() if weight.grad is not None]
    gradients = [weight.grad for weight in weights if weight.grad is not None]
    values = [weight.detach() for weight in weights]
    before = [value.clone() for value in values]
    with torch.no_grad():
        scale = radius / (torch.nn.utils.get_total_norm(gradients) + 1e-12)
        torch._foreach_add_(values, torch._foreach_mul(gradients, scale))
    network.zero_grad(set_to_none=True)
    with _fixed_statistics(network):
        yield
    with torch.no_grad():
        torch._foreach_copy_(values, before)


@contextmanager
def _fixed_statistics(network: nn.Module) -> Iterator[None]:
    """A momentum of 0: the statistics are those of the weights that the run keeps."""
    norms = [each for each in network.modules() if isinstance(each, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 0.0
    try:
        yield
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum

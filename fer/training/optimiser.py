"""The optimiser, and the moving average of the weights."""

import copy
from typing import Any

import torch
from torch import Tensor, nn

from fer.networks.base import Network
from fer.recipe import Recipe
from fer.training.muon import Muon, hidden_matrices

MOMENTUM = 0.9


def build_optimiser(
    recipe: Recipe, network: nn.Module, precision: str = "fp32"
) -> torch.optim.Optimizer:
    """The recipe's optimiser, in one kernel for all parameters (``fused``).

    Weight decay leaves biases and batch normalisation alone (He et al., 2019, "Bag of tricks").
    A group's ``lr_factor``, where it has one, multiplies the learning rate of each step. Recipes
    that need no such group have the groups of the first version, whose checkpoints so load.

    Args:
        precision: of the run, ``fp32`` or ``bf16``; Muon's iterations compute in it.
    """
    parameters = list(network.parameters())
    groups: list[dict[str, Any]] = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    if recipe.norm_bias_lr != 1:
        biases = _norm_biases(network)
        groups = _apart(groups, biases, weight_decay=0.0, lr_factor=recipe.norm_bias_lr)
    if recipe.optimiser == "muon":
        groups = _apart(
            groups,
            hidden_matrices(network),
            weight_decay=recipe.weight_decay,
            lr_factor=recipe.muon_lr,
            muon=True,
            momentum=recipe.muon_momentum,
        )
        dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        return Muon(groups, recipe.learning_rate, recipe.muon_iterations, dtype)
    if recipe.optimiser == "sgd":
        return torch.optim.SGD(
            groups, lr=recipe.learning_rate, momentum=MOMENTUM, nesterov=True, fused=True
        )
    kind = torch.optim.AdamW if recipe.optimiser == "adamw" else torch.optim.Adam
    return kind(groups, lr=recipe.learning_rate, fused=True)


def _norm_biases(network: nn.Module) -> list[nn.Parameter]:
    norms = (each for each in network.modules() if isinstance(each, nn.BatchNorm2d))
    return [norm.bias for norm in norms]


def _apart(
    groups: list[dict[str, Any]], chosen: list[nn.Parameter], **keys: object
) -> list[dict[str, Any]]:
    """The groups without the chosen parameters, and a group of these with other keys."""
    apart = set(map(id, chosen))
    rest = [
        {**group, "params": [p for p in group["params"] if id(p) not in apart]} for group in groups
    ]
    return [*rest, {"params": chosen, **keys}]


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

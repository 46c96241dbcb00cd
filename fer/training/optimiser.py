"""The optimiser: groups of parameters, each updated by a rule.

Not ``torch.optim``'s classes: making one imports ``torch._dynamo``, which nothing here needs, and
which takes 1.6 to 2.2 s on a 2-core Xeon. The rules call the same fused kernels.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from fer.recipe import Recipe
from fer.training.adam import Adam
from fer.training.muon import Muon, hidden_matrices
from fer.training.sgd import Sgd

Memory = dict[str, Tensor]
"""What a rule remembers of one parameter from step to step."""


class Rule(Protocol):
    """An update rule."""

    def __call__(
        self,
        weights: list[nn.Parameter],
        memories: list[Memory],
        rate: float | Tensor,
        weight_decay: float,
    ) -> None:
        """Update weights by their gradients.

        Args:
            memories: one for each weight; empty before its first step.
            rate: the learning rate, a number or a 0-d tensor on the weights' device.
        """
        ...


@dataclass
class Group:
    """Parameters with one rule.

    Attributes:
        lr_factor: multiplies the learning rate of each step.
    """

    params: list[nn.Parameter]
    rule: Rule
    weight_decay: float = 0.0
    lr_factor: float = 1.0
    memories: list[Memory] = field(init=False)

    def __post_init__(self) -> None:
        self.memories = [{} for _ in self.params]


class Optimiser:
    """Updates groups of parameters, each by its rule."""

    def __init__(self, groups: list[Group]) -> None:
        self.groups = groups

    @torch.no_grad()
    def step(self, rate: float | Tensor) -> None:
        """Update every parameter that has a gradient.

        Args:
            rate: the learning rate, a number or a 0-d tensor on the parameters' device.
        """
        for group in self.groups:
            pairs = zip(group.params, group.memories, strict=True)
            due = [(weight, memory) for weight, memory in pairs if weight.grad is not None]
            if due:
                weights, memories = map(list, zip(*due, strict=True))
                own = rate if group.lr_factor == 1 else rate * group.lr_factor
                group.rule(weights, memories, own, group.weight_decay)

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for group in self.groups:
            for weight in group.params:
                weight.grad = None

    def memories(self) -> Iterator[Memory]:
        """What is remembered of each parameter, in the order of the groups."""
        for group in self.groups:
            yield from group.memories

    def state_dict(self) -> dict[str, Any]:
        """The memories by the parameter's number, as in ``torch.optim``; not copies."""
        return {"state": {number: each for number, each in enumerate(self.memories()) if each}}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Replace all memories by copies of those saved, by this class or by ``torch.optim``."""
        number = 0
        for group in self.groups:
            for place, weight in enumerate(group.params):
                memory = saved["state"].get(number, {})
                group.memories[place] = {
                    name: tensor.to(weight.device, copy=True) for name, tensor in memory.items()
                }
                number += 1


def build_optimiser(recipe: Recipe, network: nn.Module, precision: str = "fp32") -> Optimiser:
    """The recipe's optimiser.

    Weight decay leaves biases and batch normalisation alone (He et al., 2019, "Bag of tricks").

    Args:
        precision: of the run, ``fp32`` or ``bf16``; Muon's iterations compute in it.
    """
    rule: Rule = Sgd() if recipe.optimiser == "sgd" else Adam(recipe.optimiser != "adam")
    biases = _norm_biases(network) if recipe.norm_bias_lr != 1 else []
    hidden = hidden_matrices(network) if recipe.optimiser == "muon" else []
    apart = set(map(id, biases + hidden))
    rest = [weight for weight in network.parameters() if id(weight) not in apart]
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    muon = Muon(recipe.muon_momentum, recipe.muon_iterations, dtype)
    # Checkpoints number the parameters in this order.
    return Optimiser(
        [
            Group([weight for weight in rest if weight.ndim > 1], rule, recipe.weight_decay),
            Group([weight for weight in rest if weight.ndim <= 1], rule),
            Group(biases, rule, lr_factor=recipe.norm_bias_lr),
            Group(hidden, muon, recipe.weight_decay, recipe.muon_lr),
        ]
    )


def _norm_biases(network: nn.Module) -> list[nn.Parameter]:
    norms = (each for each in network.modules() if isinstance(each, nn.BatchNorm2d))
    return [norm.bias for norm in norms]

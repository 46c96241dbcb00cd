"""Stochastic gradient descent with Nesterov momentum, in one kernel for a group."""

import torch
from torch import Tensor, nn
from torch.optim.sgd import sgd

MOMENTUM = 0.9


class Sgd:
    """The rule of SGD; weight decay is an L2 penalty."""

    def __call__(
        self,
        weights: list[nn.Parameter],
        memories: list[dict[str, Tensor]],
        rate: float | Tensor,
        weight_decay: float,
    ) -> None:
        """Update weights by their gradients."""
        for weight, memory in zip(weights, memories, strict=True):
            if not memory:
                memory["momentum_buffer"] = torch.zeros_like(weight)
        sgd(
            list[Tensor](weights),
            [weight.grad for weight in weights if weight.grad is not None],
            [memory["momentum_buffer"] for memory in memories],
            fused=True,
            weight_decay=weight_decay,
            momentum=MOMENTUM,
            lr=rate,
            dampening=0,
            nesterov=True,
            maximize=False,
        )

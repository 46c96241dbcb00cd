"""Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019), in one kernel for a group."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim.adam import adam

BETAS = (0.9, 0.999)
EPSILON = 1e-8


@dataclass(frozen=True)
class Adam:
    """Adam's rule.

    Attributes:
        decoupled: weight decay shrinks the weights, as with AdamW; else it is an L2 penalty.
    """

    decoupled: bool

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
                memory["step"] = torch.zeros((), device=weight.device)
                memory["exp_avg"] = torch.zeros_like(weight)
                memory["exp_avg_sq"] = torch.zeros_like(weight)
        adam(
            list[Tensor](weights),
            [weight.grad for weight in weights if weight.grad is not None],
            [memory["exp_avg"] for memory in memories],
            [memory["exp_avg_sq"] for memory in memories],
            [],
            [memory["step"] for memory in memories],
            fused=True,
            decoupled_weight_decay=self.decoupled,
            amsgrad=False,
            beta1=BETAS[0],
            beta2=BETAS[1],
            lr=rate,
            weight_decay=weight_decay,
            eps=EPSILON,
            maximize=False,
        )

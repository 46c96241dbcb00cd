"""Muon: momentum with its direction made orthogonal, for hidden weight matrices (Jordan et al.,
2024, "Muon: An optimizer for hidden layers in neural networks").

https://kellerjordan.github.io/posts/muon/
"""

from typing import Any

import torch
from torch import Tensor, nn

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of Jordan's quintic: the steepest at 0, so that few iterations bring every singular value near
1."""

RMS = 0.2
"""Size of an update's elements per unit of the learning rate, as with AdamW (Liu et al., 2025,
"Muon is scalable for LLM training"): one learning rate and one weight decay suit both."""


class Muon(torch.optim.AdamW):
    """Muon, with decoupled weight decay, for groups with ``muon=True``; AdamW for the others.

    ``torch.optim.Muon`` takes only 2D parameters, and a run has one optimiser. A convolution's
    weight ``[out, in, height, width]`` counts as a matrix ``[out, in * height * width]``.

    Args:
        groups: those of Muon have ``momentum`` in [0, 1), which is Nesterov's.
        iterations: of Newton and Schulz: 5 by default there, 3 in airbench.
        dtype: of the iterations. On a Xeon with AMX ``torch.bfloat16`` takes a quarter of the time
            of ``torch.float32``; it is slow where bf16 is not native.
    """

    def __init__(
        self, groups: list[dict[str, Any]], lr: float, iterations: int, dtype: torch.dtype
    ) -> None:
        super().__init__(groups, lr=lr, fused=True)
        self._iterations = iterations
        self._dtype = dtype

    def __setstate__(self, state: dict[str, Any]) -> None:
        # AdamW's completes states of earlier versions, and expects a step count of each parameter.
        torch.optim.Optimizer.__setstate__(self, state)

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Take a step, and clear the gradients of Muon's parameters, which AdamW then passes by."""
        for group in self.param_groups:
            if group.get("muon"):
                self._step_matrices(group)
        super().step()

    def _step_matrices(self, group: dict[str, Any]) -> None:
        rate, momentum = group["lr"], group["momentum"]
        for weight in group["params"]:
            if weight.grad is None:
                continue
            state = self.state[weight]
            if not state:
                state["momentum"] = torch.zeros_like(weight)
            state["momentum"].lerp_(weight.grad, 1 - momentum)
            direction = weight.grad.lerp(state["momentum"], momentum)
            # A matrix's columns may have any order; that of the memory needs no transposed copy.
            channels_last = not weight.is_contiguous()
            direction = direction.movedim(1, -1) if channels_last else direction
            matrix = direction.flatten(1).to(self._dtype)
            update = orthogonalised(matrix, self._iterations).to(weight.dtype)
            update = update.mul_(rate * RMS * max(matrix.shape) ** 0.5).reshape(direction.shape)
            weight.mul_(1 - rate * group["weight_decay"])
            weight.sub_(update.movedim(-1, 1) if channels_last else update)
            weight.grad = None


def orthogonalised(matrix: Tensor, iterations: int) -> Tensor:
    """A matrix ``[M, N]`` with the same singular vectors and all singular values near 1.

    Newton-Schulz iterations with Jordan's coefficients. They converge to between 0.7 and 1.2, and
    not to 1, which serves as well; zeros stay zeros.
    """
    a, b, c = COEFFICIENTS
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    wide = wide / wide.norm().clamp(min=1e-7)
    for _ in range(iterations):
        gram = wide @ wide.T
        gram = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        wide = torch.addmm(wide, gram, wide, beta=a)
    return wide if matrix.shape[0] <= matrix.shape[1] else wide.T


def hidden_matrices(network: nn.Module) -> list[nn.Parameter]:
    """The weights that Muon is for: of all convolutions and linear layers but first and last."""
    return [weight for weight in network.parameters() if weight.ndim > 1][1:-1]

"""Muon: momentum with its direction made orthogonal, for hidden weight matrices (Jordan et al.,
2024, "Muon: An optimizer for hidden layers in neural networks").

https://kellerjordan.github.io/posts/muon/
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of Jordan's quintic: the steepest at 0, so that few iterations bring every singular value near
1."""

RMS = 0.2
"""Size of an update's elements per unit of the learning rate, as with AdamW (Liu et al., 2025,
"Muon is scalable for LLM training"): one learning rate and one weight decay suit both."""


@dataclass(frozen=True)
class Muon:
    """Muon's rule, with decoupled weight decay.

    ``torch.optim.Muon`` takes only 2D parameters. Here a convolution's weight ``[out, in, height,
    width]`` counts as a matrix ``[out, in * height * width]``.

    Attributes:
        momentum: in [0, 1), Nesterov's.
        iterations: of Newton and Schulz: 5 by default there, 3 in airbench.
        dtype: of the iterations. On a Xeon with AMX ``torch.bfloat16`` takes a quarter of the time
            of ``torch.float32``; it is slow where bf16 is not native.
    """

    momentum: float
    iterations: int
    dtype: torch.dtype

    def __call__(
        self,
        weights: list[nn.Parameter],
        memories: list[dict[str, Tensor]],
        rate: float | Tensor,
        weight_decay: float,
    ) -> None:
        """Update weights by their gradients."""
        for weight, memory in zip(weights, memories, strict=True):
            assert weight.grad is not None
            if not memory:
                memory["momentum"] = torch.zeros_like(weight)
            memory["momentum"].lerp_(weight.grad, 1 - self.momentum)
            direction = weight.grad.lerp(memory["momentum"], self.momentum)
            # A matrix's columns may have any order; that of the memory needs no transposed copy.
            channels_last = not weight.is_contiguous()
            direction = direction.movedim(1, -1) if channels_last else direction
            matrix = direction.flatten(1).to(self.dtype)
            update = orthogonalised(matrix, self.iterations).to(weight.dtype)
            update = update.mul_(rate * RMS * max(matrix.shape) ** 0.5).reshape(direction.shape)
            weight.mul_(1 - rate * weight_decay)
            weight.sub_(update.movedim(-1, 1) if channels_last else update)


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

"""FLOPs of a network's operations, and elements that they read and write, counted as they run.

FLOPs are those of ``torch.utils.flop_counter``: convolutions and matrix products, a multiplication
and an addition being two. For the elements, each operation reads its floating-point inputs and
writes its floating-point outputs once; batch statistics need a pass of their own. Views,
allocations, copies into another memory format, integers (such as pooling indices) and dropout's
masks are free. Counting starts at the first operation that has weights.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

Sizes = list[int]
"""Elements of the floating-point tensors among an operation's inputs or outputs, in order."""
Rule = Callable[[Any, Sizes, Sizes], int]
"""Elements moved, from an operation's arguments, inputs and outputs."""

FREE = ("empty", "empty_like", "empty_strided", "new_empty", "_unsafe_view", "clone")
"""Allocations, and copies that only change the memory format."""


class OperationCounts(TorchDispatchMode):
    """Counts the operations that run while the mode is active.

    Attributes:
        flops: floating-point operations.
        elements: floating-point numbers that are read or written.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.flops = 0
        self.elements = 0
        self._started = False
        self._masks: list[torch.Tensor] = []

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Else torch imports its compiler: seconds, and memory of the process that is timed."""
        return False

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        result = operation(*args, **kwargs)
        packet = operation.overloadpacket
        name = packet.__name__
        if name == "bernoulli_":
            self._masks.append(result)
        if packet in flop_registry:
            self.flops += flop_registry[packet](*args, **kwargs, out_val=result)
        self._started |= any(isinstance(value, torch.nn.Parameter) for value in args)
        if self._started and not _is_free(operation, name, args):
            rule = RULES.get(name, _read_and_write)
            self.elements += rule(args, self._sizes(args), self._sizes((result,)))
        return result

    def _sizes(self, values: Iterable[Any]) -> Sizes:
        sizes: Sizes = []
        for value in values:
            if isinstance(value, list | tuple):
                sizes += self._sizes(value)
            elif isinstance(value, torch.Tensor) and self._counts(value):
                sizes.append(value.numel())
        return sizes

    def _counts(self, tensor: torch.Tensor) -> bool:
        return tensor.is_floating_point() and not any(tensor is mask for mask in self._masks)


def _is_free(operation: Any, name: str, args: Any) -> bool:
    # A sum over the batch is a bias's gradient, which is made along with the weights'.
    bias_gradient = name == "sum" and len(args) > 1 and args[1] == [0]
    return bool(operation.is_view) or name in FREE or bias_gradient


def _read_and_write(_args: Any, inputs: Sizes, outputs: Sizes) -> int:
    return sum(inputs) + sum(outputs)


def _convolution_backward(args: Any, inputs: Sizes, outputs: Sizes) -> int:
    """Two passes over the output's gradient and the input: one for each gradient that is wanted."""
    gradient, images = inputs[:2]
    for_weights = gradient + images
    for_input = gradient + outputs[0] if args[-1][0] else 0
    return for_weights + for_input


def _pool_backward(_args: Any, inputs: Sizes, outputs: Sizes) -> int:
    """The indices stand for the input, which is an argument for its shape only."""
    return inputs[0] + outputs[0]


def _batch_norm(args: Any, inputs: Sizes, outputs: Sizes) -> int:
    """In training the statistics read the input once more."""
    training = bool(args[5])
    return (2 if training else 1) * inputs[0] + outputs[0]


def _batch_norm_backward(_args: Any, inputs: Sizes, outputs: Sizes) -> int:
    """Sums first, then the gradient: each reads the output's gradient and the input."""
    return 2 * (inputs[0] + inputs[1]) + outputs[0]


RULES: dict[str, Rule] = {
    "convolution_backward": _convolution_backward,
    "max_pool2d_with_indices_backward": _pool_backward,
    "native_batch_norm": _batch_norm,
    "native_batch_norm_backward": _batch_norm_backward,
}
"""Operations that move something else than each input and output once."""

"""How close a case comes to what its machine can do: the roofline (Williams, Waterman and
Patterson 2009).

Work is counted from the network's shapes. FLOPs are those of convolutions and matrix products, a
multiplication and an addition being two, as in ``torch.utils.flop_counter``. Bytes are those of
layer after layer, each of which reads its inputs and writes its outputs once, in the precision of
the activations; batch statistics need a pass of their own. A network whose layers are fused, or
whose activations stay in a cache, moves less: its share can pass that of the memory's limit.
Left out, being no part of the network: augmentation, the loss, and indices of the pooling.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from benchmarks.recordings.recording import Measured
from fer.faces.types import SIZE
from fer.recipe import Recipe

ACTIVATION_BYTES = {"fp32": 4, "tf32": 4, "bf16": 2, "fp16": 2}
WEIGHT_BYTES = 4
"""Weights, their gradients and the optimiser's state stay fp32 in every precision."""


@dataclass(frozen=True)
class Cost:
    """Work of one batch: floating-point operations, and bytes moved."""

    flops: int
    bytes: int


@dataclass(frozen=True)
class _Layer:
    """A layer's work for one face.

    Attributes:
        weights: their number.
        products: FLOPs forward.
        forward, trained: activations that are read or written in evaluation, and in training.
        backward: activations and gradients that are read or written on the way back.
        gradients: products on the way back, in multiples of those forward.
    """

    weights: int = 0
    products: int = 0
    forward: int = 0
    trained: int = 0
    backward: int = 0
    gradients: int = 0


def inference_cost(recipe: Recipe, batch: int, precision: str) -> Cost:
    """One batch through the recipe's network, in evaluation mode."""
    layers = _layers(recipe)
    moved = sum(layer.forward for layer in layers) * batch * ACTIVATION_BYTES[precision]
    return Cost(
        flops=batch * sum(layer.products for layer in layers),
        bytes=moved + WEIGHT_BYTES * sum(layer.weights for layer in layers),
    )


def training_cost(recipe: Recipe, batch: int, precision: str) -> Cost:
    """One training step: forward, backward, clipping, the optimiser's step and the average."""
    layers = _layers(recipe)
    weights = sum(layer.weights for layer in layers)
    moved = sum(layer.trained + layer.backward for layer in layers)
    return Cost(
        flops=batch * sum(layer.products * (1 + layer.gradients) for layer in layers),
        bytes=moved * batch * ACTIVATION_BYTES[precision]
        + weights * WEIGHT_BYTES * _passes_over_weights(recipe),
    )


def _layers(recipe: Recipe) -> list[_Layer]:
    """The layers of ``fer.networks.published.Published``, in their order."""
    layers: list[_Layer] = []
    side = SIZE
    for inputs, outputs in pairwise((1, *recipe.widths)):
        first = not layers
        layers += _block(inputs, outputs, side, first)
        side //= 2
    hidden = recipe.widths[-1]
    flat = hidden * side * side
    return [
        *layers,
        _dropout(flat),
        _linear(flat, hidden),
        _activation(hidden),
        _dropout(hidden),
        _linear(hidden, len(recipe.classes)),
    ]


def _block(inputs: int, outputs: int, side: int, first: bool) -> list[_Layer]:
    """Convolution, pooling, normalisation, activation."""
    before, after = inputs * side * side, outputs * side * side
    pooled = outputs * (side // 2) ** 2
    weights = 9 * inputs * outputs
    # For the weights: input and gradient in. For the input, which the first layer's faces need no
    # gradient of: gradient in, gradient out.
    back = (before + after) * (1 if first else 2)
    return [
        _Layer(
            weights=weights,
            products=2 * weights * side * side,
            forward=before + after,
            trained=before + after,
            backward=back,
            gradients=1 if first else 2,
        ),
        _Layer(forward=after + pooled, trained=after + pooled, backward=after + pooled),
        # Statistics first, then values; the same on the way back, with gradient and input.
        _Layer(weights=2 * outputs, forward=2 * pooled, trained=3 * pooled, backward=5 * pooled),
        _activation(pooled),
    ]


def _activation(size: int) -> _Layer:
    return _Layer(forward=2 * size, trained=2 * size, backward=3 * size)


def _dropout(size: int) -> _Layer:
    return _Layer(trained=2 * size, backward=2 * size)


def _linear(inputs: int, outputs: int) -> _Layer:
    return _Layer(
        weights=inputs * outputs + outputs,
        products=2 * inputs * outputs,
        forward=inputs + outputs,
        trained=inputs + outputs,
        backward=2 * (inputs + outputs),
        gradients=2,
    )


def _passes_over_weights(recipe: Recipe) -> int:
    """How often a step reads or writes a number of the size of all weights."""
    forward_and_back = 2 + 1  # read for each way, and the gradient written
    clip = 3 if recipe.clip_norm else 0  # the norm reads, scaling reads and writes
    step = 5 if recipe.optimiser == "sgd" else 7  # weights, gradient, and one or two moments
    average = 3 if recipe.ema else 0
    return forward_and_back + clip + step + average


@dataclass(frozen=True)
class Share:
    """A case beside its machine's limit.

    Attributes:
        seconds: that one call would take at the limit.
        share: of the limit that the case's median reaches, above 0.
        bound: whether ``compute`` or ``memory`` sets the limit.
    """

    seconds: float
    share: float
    bound: Literal["compute", "memory"]


def share_of_limit(measured: Measured, machine: Mapping[str, Any]) -> Share | None:
    """How much of its machine's limit a case reaches.

    The limit of compute is the higher of the convolutions' and the matrix products' peak. None
    where the case's work was not counted, or no peak was measured on its device in its precision
    with its number of threads.
    """
    flops, moved = measured.extra.get("flops"), measured.extra.get("bytes")
    peak = _peak_of(measured, machine)
    if not flops or not moved or peak is None:
        return None
    compute = flops / max(
        peak[key]["value"] for key in ("matmul_flops", "conv_flops") if key in peak
    )
    memory = moved / peak["copy_bytes"]["value"]
    seconds = max(compute, memory)
    bound: Literal["compute", "memory"] = "compute" if compute >= memory else "memory"
    return Share(seconds, seconds / measured.median, bound)


def _peak_of(measured: Measured, machine: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The peaks measured as the case was; with a process a core, those of all threads."""
    peaks = [
        peak
        for peak in machine.get("peaks", [])
        if peak.get("device") == measured.params.get("device")
        and peak.get("precision") == measured.extra.get("precision")
        and "copy_bytes" in peak
        and ("matmul_flops" in peak or "conv_flops" in peak)
    ]
    if measured.params.get("device") == "cuda" or measured.params.get("processes") == "one_a_core":
        return max(peaks, key=lambda peak: int(peak["threads"]), default=None)
    threads = measured.extra.get("threads")
    return next((peak for peak in peaks if peak["threads"] == threads), None)

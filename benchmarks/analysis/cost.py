"""FLOPs and bytes of a batch, counted from the network that the recipe builds.

A few images run through the network on the CPU while its operations are counted, so that every
network is counted as it is built. (The meta device would not compute, but imports torch's compiler
into the process that is timed: seconds, and memory.) A network whose operations are fused, or whose
activations stay in a cache, moves fewer bytes. Images have 48×48 pixels, whatever ``image_sizes``
says. Augmentation, normalisation of the images, the loss, and Muon's matrix products are left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fer.faces.types import SIZE

if TYPE_CHECKING:
    from fer.recipe import Recipe

ACTIVATION_BYTES = {"fp32": 4, "tf32": 4, "bf16": 2, "fp16": 2}
WEIGHT_BYTES = 4
"""Weights, their gradients and the optimiser's state stay fp32 in every precision."""


@dataclass(frozen=True)
class Cost:
    """Floating-point operations and bytes moved of one batch."""

    flops: int
    bytes: int


def inference_cost(recipe: "Recipe", batch: int, precision: str) -> Cost:
    """One batch through the recipe's network, in evaluation mode."""
    counts = count_network(recipe)
    return Cost(
        flops=batch * counts.inference.flops,
        bytes=batch * ACTIVATION_BYTES[precision] * counts.inference.elements
        + WEIGHT_BYTES * counts.weights,
    )


def training_cost(recipe: "Recipe", batch: int, precision: str) -> Cost:
    """One training step: forward, backward, clipping, the optimiser's step and the average."""
    counts = count_network(recipe)
    images = batch * _gradients(recipe)
    return Cost(
        flops=images * counts.training.flops,
        bytes=images * ACTIVATION_BYTES[precision] * counts.training.elements
        + WEIGHT_BYTES * counts.weights * _passes_over_weights(recipe),
    )


def _gradients(recipe: "Recipe") -> int:
    """How often a step computes the gradient of its batch."""
    return 2 if recipe.sam else 1


def _passes_over_weights(recipe: "Recipe") -> int:
    """How often a step reads or writes a number of values equal to that of all weights."""
    # Read in each direction, and the gradient written.
    forward_and_backward = (2 + 1) * _gradients(recipe)
    # The norm reads; weights are copied, moved along the gradient, and copied back.
    uphill = 1 + 2 + 3 + 2 if recipe.sam else 0
    clip = 3 if recipe.clip_norm else 0  # the norm reads, scaling reads and writes
    step = 5 if recipe.optimiser == "sgd" else 7  # weights, gradient, and one or two moments
    average = 3 if recipe.ema else 0
    return forward_and_backward + uphill + clip + step + average


@dataclass(frozen=True)
class PassCount:
    """FLOPs of one image, and activation elements that are read or written for it."""

    flops: int
    elements: int


@dataclass(frozen=True)
class NetworkCounts:
    """What a network computes and moves for one image; training includes the backward pass."""

    weights: int
    inference: PassCount
    training: PassCount


def count_network(recipe: "Recipe") -> NetworkCounts:
    """Count the network that the recipe builds."""
    return _count_built(_network_alone(recipe))


TRAINING_KEYS = (
    "batch_size", "clip_norm", "learning_rate", "augmentation", "transforms", "flip",
    "image_sizes", "first_layer", "hidden_layers", "optimiser", "muon_lr", "muon_momentum",
    "muon_iterations", "norm_bias_lr", "weight_decay", "schedule", "label_smoothing", "ema",
    "lookahead", "mixup", "cutmix", "sam", "epochs", "validation", "seed", "split_seed",
)  # fmt: skip
"""Keys that do not change the network, so that the trials of a study are counted once."""


def _network_alone(recipe: "Recipe") -> "Recipe":
    """The recipe with defaults for all that does not change what its network computes."""
    usual = type(recipe)()
    changes = {key: getattr(usual, key) for key in TRAINING_KEYS}
    if recipe.dropout:
        changes["dropout"] = usual.dropout
    return recipe.model_copy(update=changes)


@lru_cache(maxsize=64)
def _count_built(recipe: "Recipe") -> NetworkCounts:
    import torch

    from fer.networks import build

    with torch.random.fork_rng(devices=[]):
        network: Any = build.build_network(recipe, torch.device("cpu"))
        return NetworkCounts(
            weights=sum(parameter.numel() for parameter in network.parameters()),
            inference=_per_image(lambda batch: _count(network.eval(), batch, backward=False)),
            training=_per_image(lambda batch: _count(network.train(), batch, backward=True)),
        )


def _per_image(count: Callable[[int], PassCount]) -> PassCount:
    """The difference of two batch sizes: what is moved for weights is the same in both."""
    two, three = count(2), count(3)
    return PassCount(three.flops - two.flops, three.elements - two.elements)


def _count(network: Any, batch: int, *, backward: bool) -> PassCount:
    import torch

    from benchmarks.analysis.operation_counts import OperationCounts

    images = torch.zeros(batch, 1, SIZE, SIZE)
    network.zero_grad(set_to_none=True)  # else adding to earlier gradients would be counted
    counts = OperationCounts()
    with counts, torch.set_grad_enabled(backward):
        logits = network(images)
    if backward:
        gradient = torch.zeros_like(logits)
        with counts:
            logits.backward(gradient)
    return PassCount(counts.flops, counts.elements)

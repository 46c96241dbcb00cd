"""The work counted from shapes, against torch's own counter, and a case's share of its limit."""

import pytest
import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.analysis.roofline import inference_cost, share_of_limit, training_cost
from benchmarks.recordings.recording import Measured
from fer.augment import to_gray
from fer.networks.build import build_network
from fer.recipe import Recipe

RECIPES = [
    Recipe(widths=(32, 64, 128, 256)),
    Recipe(widths=(4,)),
    Recipe(widths=(2, 3, 5, 7, 11), classes=("angry", "happy", "sad", "neutral")),
]


@pytest.mark.parametrize("recipe", RECIPES)
def test_flops_are_those_that_torch_counts(recipe: Recipe) -> None:
    network = build_network(recipe, torch.device("cpu"))
    images = to_gray(torch.zeros(2, 48, 48, dtype=torch.uint8))
    with FlopCounterMode(display=False) as forward:
        logits = network(images)
    assert inference_cost(recipe, 2, "fp32").flops == forward.get_total_flops()
    with FlopCounterMode(display=False) as backward:
        F.cross_entropy(logits, torch.zeros(2, dtype=torch.int64)).backward()
    counted = forward.get_total_flops() + backward.get_total_flops()
    assert training_cost(recipe, 2, "fp32").flops == counted


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_weight_is_counted_once_an_image_batch(recipe: Recipe) -> None:
    """What does not grow with the batch is the weights' share of the bytes."""
    network = build_network(recipe, torch.device("cpu"))
    weights = sum(parameter.numel() for parameter in network.parameters())
    one, two = (inference_cost(recipe, batch, "fp32").bytes for batch in (1, 2))
    assert 2 * one - two == 4 * weights


def test_bytes_of_a_small_network_as_counted_by_hand() -> None:
    recipe = Recipe(widths=(1,))
    face, pooled = 48 * 48, 24 * 24
    conv, pool, norm, activation = 2 * face, face + pooled, 2 * pooled, 2 * pooled
    head = (pooled + 1) + 2 * 1 + (1 + 3)
    weights = 9 + 2 + (pooled + 1) + (3 + 3)
    moved = conv + pool + norm + activation + head
    assert inference_cost(recipe, 1, "fp32").bytes == 4 * (moved + weights)
    assert inference_cost(recipe, 1, "bf16").bytes == 2 * moved + 4 * weights


def test_half_precision_moves_fewer_bytes_for_the_same_flops() -> None:
    recipe = Recipe()
    full, half = (training_cost(recipe, 128, precision) for precision in ("fp32", "bf16"))
    assert full.flops == half.flops
    assert full.bytes / 2 < half.bytes < full.bytes


def measured(flops: float | None, moved: float, **extra: object) -> Measured:
    known = {"precision": "fp32", "threads": 2, "bytes": moved, **extra}
    if flops is not None:
        known["flops"] = flops
    return Measured("training", "a", {"device": "cpu"}, 1, "images", (0.5, 1.0, 2.0), known)


PEAK = {
    "device": "cpu",
    "threads": 2,
    "precision": "fp32",
    "matmul_flops": {"value": 100.0},
    "conv_flops": {"value": 50.0},
    "copy_bytes": {"value": 10.0},
}


def test_the_slower_of_compute_and_memory_is_the_limit() -> None:
    machine = {"peaks": [PEAK]}
    compute = share_of_limit(measured(50.0, 1.0), machine)
    memory = share_of_limit(measured(10.0, 2.0), machine)
    assert compute is not None
    assert memory is not None
    assert (compute.share, compute.bound) == (0.5, "compute")
    assert (memory.share, memory.bound) == (0.2, "memory")


def test_without_a_peak_taken_alike_there_is_no_share() -> None:
    assert share_of_limit(measured(50.0, 1.0), {}) is None
    assert share_of_limit(measured(None, 1.0), {"peaks": [PEAK]}) is None
    assert share_of_limit(measured(50.0, 1.0, threads=1), {"peaks": [PEAK]}) is None
    assert share_of_limit(measured(50.0, 1.0, precision="bf16"), {"peaks": [PEAK]}) is None
    absent = {"device": "cpu", "threads": 2, "precision": "fp32", "absent": "a reason"}
    assert share_of_limit(measured(50.0, 1.0), {"peaks": [absent]}) is None

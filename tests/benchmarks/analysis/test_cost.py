"""FLOPs and bytes counted from the built network."""

import subprocess
import sys

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.analysis.cost import inference_cost, training_cost
from benchmarks.cases.workload import recipe as workload
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


# Counted by hand from the layers' shapes, by the version before, which wrote them into recordings.
HAND_MADE = {
    ("inference", 1, "fp32"): (66_209_280, 5_865_368),
    ("inference", 128, "bf16"): (8_474_787_840, 128_632_460),
    ("training", 1, "fp32"): (197_300_736, 67_695_844),
    ("training", 128, "bf16"): (25_254_494_208, 384_516_544),
}


@pytest.mark.parametrize(("kind", "batch", "precision"), HAND_MADE)
def test_the_published_network_costs_what_was_counted_by_hand(
    kind: str, batch: int, precision: str
) -> None:
    count = inference_cost if kind == "inference" else training_cost
    cost = count(workload(128), batch, precision)
    assert (cost.flops, cost.bytes) == HAND_MADE[kind, batch, precision]


def test_a_step_of_two_gradients_costs_two_and_mixing_costs_nothing() -> None:
    plain = training_cost(Recipe(), 128, "fp32")
    assert training_cost(Recipe(sam=0.05), 128, "fp32").flops == 2 * plain.flops
    assert training_cost(Recipe(sam=0.05), 128, "fp32").bytes > 1.9 * plain.bytes
    assert training_cost(Recipe(mixup=0.2, cutmix=1.0), 128, "fp32") == plain


class Residual(nn.Module):
    """Two convolutions with a sum around the second, and global pooling: unlike the published."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 2, 3, padding=1, bias=False)
        self.second = nn.Conv2d(2, 2, 3, padding=1, bias=False)
        self.classify = nn.Linear(2, 3)

    def forward(self, images: Tensor) -> Tensor:
        images = self.first(images)
        logits: Tensor = self.classify((images + self.second(images)).mean(dim=(2, 3)))
        return logits


def test_another_network_is_counted_as_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fer.networks.build.build_network", lambda *_: Residual())
    recipe = Recipe(widths=(9,))  # of no other test, as counts are kept
    pixels = 48 * 48
    cost = inference_cost(recipe, 1, "fp32")
    assert cost.flops == 2 * 9 * pixels * (1 * 2 + 2 * 2) + 2 * 2 * 3
    first, second, total, mean, linear = 3 * pixels, 4 * pixels, 6 * pixels, 2 * pixels + 2, 2 + 3
    weights = 9 * 2 + 9 * 4 + 2 * 3 + 3
    assert cost.bytes == 4 * (first + second + total + mean + linear + weights)


def test_counting_does_not_import_the_compiler_or_draw_random_numbers() -> None:
    code = """
import sys, torch
from benchmarks.analysis.cost import training_cost
from fer.recipe import Recipe
before = torch.get_rng_state()
training_cost(Recipe(widths=(4,)), 8, "fp32")
assert torch.equal(before, torch.get_rng_state())
assert "torch._dynamo" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)

"""Every family that is registered is one that a recipe, a search and an export can rely on."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from fer.faces.types import Faces
from fer.inference import Eager
from fer.networks import FAMILIES
from fer.networks.build import build_network, network_class
from fer.networks.cost import network_cost
from fer.recipe import Recipe
from fer.training.data import to_device
from fer.training.loop import train_epoch
from fer.training.state import State

CPU = torch.device("cpu")
OF_THE_NETWORK = {"activation": "relu", "dropout": 0.123, "widths": (4, 8, 6)}


@pytest.fixture
def stripes(faces: Faces) -> Faces:
    """Rows, columns or neither: a pooled head has no eye for where something lies."""
    images = faces.images // 2
    images[faces.labels == 1, ::2] += 90
    images[faces.labels == 2, :, ::2] += 90
    return replace(faces, images=images)


def small(family: str, **keys: object) -> Recipe:
    return Recipe(network=family, widths=(4, 8)).with_values(keys)


@pytest.mark.parametrize("widths", [(4,), (4, 8, 8), (2, 2, 2, 2, 2)])
@pytest.mark.parametrize("family", FAMILIES)
def test_any_number_of_blocks_scores_each_class(family: str, widths: tuple[int, ...]) -> None:
    recipe = small(family, widths=widths, classes=("happy", "sad", "fear", "neutral"))
    network = build_network(recipe, CPU)
    assert isinstance(network, network_class(family))
    assert network(torch.rand(5, 1, 48, 48)).shape == (5, 4)


@pytest.mark.parametrize("key", OF_THE_NETWORK)
@pytest.mark.parametrize("family", FAMILIES)
def test_no_key_of_the_network_is_without_effect(family: str, key: str) -> None:
    one, other = small(family), small(family, **{key: OF_THE_NETWORK[key]})
    assert str(build_network(one, CPU)) != str(build_network(other, CPU))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_weight_gets_a_gradient(family: str) -> None:
    network = build_network(small(family), CPU)
    network(torch.rand(4, 1, 48, 48)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_learns(tiny: Recipe, stripes: Faces, family: str, precision: str) -> None:
    recipe = tiny.with_values({"network": family, "augmentation": 0.0, "dropout": 0.0})
    state = State(recipe, "", CPU)
    state.precision = precision
    dataset = to_device(stripes, np.arange(len(stripes), dtype=np.int64), CPU)
    losses = [train_epoch(state, dataset, 7, None)[0] for _ in range(4)]
    assert losses[-1] < 0.7 * losses[0]


@pytest.mark.onnx
@pytest.mark.parametrize("family", [name for name in FAMILIES if name != "published"])
def test_every_family_scores_the_same_in_onnx(family: str) -> None:
    from fer.onnx import OnnxRuntime, to_onnx

    torch.manual_seed(0)
    recipe = small(family, widths=(2, 3, 4, 5, 6), activation="gelu")
    network = build_network(recipe, CPU).eval()
    images = torch.randint(0, 256, (7, 48, 48), dtype=torch.uint8)
    probabilities = OnnxRuntime(to_onnx(network, recipe), threads=1)(images)
    expected = Eager(network, "fp32")(images).softmax(1)
    torch.testing.assert_close(probabilities, expected, rtol=1e-4, atol=1e-5)


def test_the_pooled_network_is_the_published_one_without_its_first_linear_layer() -> None:
    published, pooled = network_cost(Recipe()), network_cost(Recipe(network="pooled"))
    assert published.parameters - pooled.parameters == 256 * 9 * 256 + 256


def test_the_first_weights_of_a_seed_are_those_of_the_first_version() -> None:
    # Sums by commit bb4fc98; a run that was begun there must begin here alike.
    torch.manual_seed(3)
    network = build_network(Recipe(widths=(4, 8)), CPU)
    names = list(network.state_dict())
    assert [names[0], names[-1]] == ["blocks.0.0.weight", "head.5.bias"]
    sums = [float(network.get_parameter(name).detach().abs().sum()) for name in FIRST_SUMS]
    assert sums == pytest.approx(list(FIRST_SUMS.values()), rel=1e-5)


FIRST_SUMS = {
    "blocks.0.0.weight": 7.285758059,
    "blocks.1.0.weight": 23.984848790,
    "head.2.weight": 135.055138055,
    "head.5.weight": 5.067192266,
}

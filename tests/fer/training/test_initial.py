"""Initial weights other than PyTorch's."""

from pathlib import Path

import pytest
import torch
from torch import nn

from fer.faces.types import Faces
from fer.networks import FAMILIES
from fer.networks.parts import normalise
from fer.recipe import Recipe
from fer.training import train
from fer.training.initial import initialise, whiten
from fer.training.state import State

CPU = torch.device("cpu")


def smooth(count: int) -> torch.Tensor:
    """Images ``uint8 [count, 48, 48]`` whose neighbouring pixels are alike, as a face's are."""
    coarse = torch.rand(count, 1, 12, 12, generator=torch.Generator().manual_seed(0))
    return (nn.functional.interpolate(coarse, size=48, mode="bilinear")[:, 0] * 255).byte()


def test_whitened_filters_answer_without_correlation_in_pairs_of_both_signs() -> None:
    images, layer = smooth(50), nn.Conv2d(1, 32, 3, bias=False)
    before = layer.weight.detach().clone()
    with torch.no_grad():
        whiten(layer.weight, images)
        weight = layer.weight.detach()
        answers = layer(normalise(images.unsqueeze(1).float() / 255))
    torch.testing.assert_close(weight[1:18:2], -weight[:18:2])
    torch.testing.assert_close(weight[18:], before[18:])
    norms = weight.flatten(1).norm(dim=1)
    torch.testing.assert_close(norms[:18], before.flatten(1).norm(dim=1).mean().expand(18))
    correlation = torch.corrcoef(answers[:, :18:2].transpose(0, 1).flatten(1))
    assert float((correlation - torch.eye(9)).abs().max()) < 1e-2
    variances = answers[:, :18:2].var(dim=(0, 2, 3))
    assert torch.equal(variances.sort(descending=True).values, variances)


def test_fewer_filters_than_components_have_the_largest() -> None:
    few, all_of_them = nn.Conv2d(1, 4, 3, bias=False), nn.Conv2d(1, 18, 3, bias=False)
    with torch.no_grad():
        for layer in (few, all_of_them):
            whiten(layer.weight, smooth(20))
    direction = nn.functional.normalize(few.weight.flatten(1))
    torch.testing.assert_close(
        direction, nn.functional.normalize(all_of_them.weight[:4].flatten(1))
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_identity_passes_the_inputs_on_in_every_family(family: str) -> None:
    recipe = Recipe(network=family, widths=(4, 8), hidden_layers="identity")
    state = State(recipe, "", CPU)
    initialise(state.network, recipe, smooth(4))
    _, *hidden = [each for each in state.network.modules() if isinstance(each, nn.Conv2d)]
    assert hidden
    for layer in hidden:
        inputs = torch.rand(2, layer.in_channels, 6, 6)
        passed = nn.functional.conv2d(inputs, layer.weight, padding=layer.padding)
        torch.testing.assert_close(passed[:, : layer.in_channels], inputs)


def test_the_average_begins_with_the_same_weights(tiny: Recipe, faces: Faces) -> None:
    recipe = tiny.with_values({"first_layer": "whitened", "hidden_layers": "identity"})
    state, usual = State(recipe, "", CPU), State(recipe, "", CPU)
    state.initialise(torch.from_numpy(faces.images))
    for name, weight in state.network.state_dict().items():
        assert torch.equal(weight, state.average.network.state_dict()[name]), name
    changed = [
        name
        for name, weight in state.network.state_dict().items()
        if not torch.equal(weight, usual.network.state_dict()[name])
    ]
    assert changed == ["blocks.0.0.weight", "blocks.1.0.weight"]


def test_a_run_begins_with_them(tmp_path: Path, tiny: Recipe, faces: Faces) -> None:
    losses = set()
    for name in ("random", "whitened"):
        recipe = tiny.with_values({"first_layer": name, "epochs": 1})
        result = train(recipe, faces, tmp_path / name, device=CPU, threads=1)
        losses.add(result.history[0].train_loss)
    assert len(losses) == 2

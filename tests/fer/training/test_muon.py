"""Muon: hidden weight matrices move along orthogonal directions."""

import pytest
import torch
from torch import Tensor, nn

from fer.networks import FAMILIES
from fer.networks.build import build_network
from fer.recipe import Recipe
from fer.training.muon import Muon, hidden_matrices, orthogonalised
from fer.training.optimiser import Group, Optimiser, build_optimiser
from fer.training.state import State

CPU = torch.device("cpu")


@pytest.mark.parametrize("shape", [(12, 40), (40, 12), (16, 16)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_all_singular_values_come_near_1_and_their_vectors_stay(
    shape: tuple[int, int], dtype: torch.dtype
) -> None:
    torch.manual_seed(0)
    matrix = torch.randn(shape)
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    middle = left.T @ orthogonalised(matrix.to(dtype), 5).float() @ right.T
    assert (middle.diag() - 1).abs().max() < 0.5
    assert (middle - middle.diag().diag()).abs().max() < 0.1


def test_a_gradient_of_zeros_moves_nothing() -> None:
    assert torch.equal(orthogonalised(torch.zeros(3, 5), 5), torch.zeros(3, 5))


@pytest.mark.parametrize("family", FAMILIES)
def test_first_and_last_layer_and_what_is_no_matrix_are_left_to_adamw(family: str) -> None:
    network = build_network(Recipe(network=family, widths=(4, 8, 8)), CPU)
    layers = [each for each in network.modules() if isinstance(each, nn.Conv2d | nn.Linear)]
    hidden = hidden_matrices(network)
    assert {id(each.weight) for each in layers} - set(map(id, hidden)) == {
        id(layers[0].weight),
        id(layers[-1].weight),
    }
    optimiser = build_optimiser(Recipe(optimiser="muon", weight_decay=0.1), network)
    (group,) = (group for group in optimiser.groups if isinstance(group.rule, Muon))
    assert list(map(id, group.params)) == list(map(id, hidden))
    every = [id(p) for group in optimiser.groups for p in group.params]
    assert sorted(every) == sorted(map(id, network.parameters()))
    decayed = {id(p) for group in optimiser.groups if group.weight_decay for p in group.params}
    assert decayed == {id(p) for p in network.parameters() if p.ndim > 1}


def parameters(*shapes: tuple[int, ...]) -> list[nn.Parameter]:
    draw = torch.Generator().manual_seed(0)
    return [nn.Parameter(torch.randn(shape, generator=draw)) for shape in shapes]


def gradients(step: int, weights: list[nn.Parameter]) -> list[Tensor]:
    draw = torch.Generator().manual_seed(step)
    return [torch.randn(weight.shape, generator=draw) for weight in weights]


def muon(weights: list[nn.Parameter]) -> Optimiser:
    return Optimiser([Group(weights, Muon(0.9, 5, torch.bfloat16), weight_decay=0.1)])


def test_steps_are_those_of_torchs_muon() -> None:
    ours, theirs = parameters((6, 20), (20, 6)), parameters((6, 20), (20, 6))
    optimiser = muon(ours)
    reference = torch.optim.Muon(
        theirs, lr=0.01, momentum=0.9, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"
    )
    for step in range(4):
        for weight, other, gradient in zip(ours, theirs, gradients(step, ours), strict=True):
            weight.grad = other.grad = gradient
        optimiser.step(0.01)
        reference.step()
    torch.testing.assert_close(ours, theirs)


def test_a_convolution_counts_as_a_matrix_whatever_its_memory_format() -> None:
    (flat,) = parameters((6, 4 * 3 * 3))
    square = nn.Parameter(flat.detach().view(6, 4, 3, 3).clone(memory_format=torch.channels_last))
    for weight in (flat, square):
        optimiser = muon([weight])
        for step in range(3):
            weight.grad = gradients(step, [flat])[0].view(weight.shape)
            optimiser.step(0.01)
    torch.testing.assert_close(square.detach().flatten(1), flat.detach())


def test_the_factor_scales_the_learning_rate_of_hidden_weights_alone(tiny: Recipe) -> None:
    recipe = tiny.with_values({"optimiser": "muon", "weight_decay": 0.0})
    moved = []
    for factor in (1.0, 3.0):
        state = State(recipe.with_values({"muon_lr": factor}), "", CPU)
        weights = list(state.network.parameters())
        before = [weight.detach().clone() for weight in weights]
        for weight, gradient in zip(weights, gradients(0, weights), strict=True):
            weight.grad = gradient
        state.optimiser_step(0.01)
        moved.append([float((w.detach() - b).norm()) for w, b in zip(weights, before, strict=True)])
    hidden = set(map(id, hidden_matrices(state.network)))
    for weight, one, three in zip(weights, *moved, strict=True):
        assert three == pytest.approx((3 if id(weight) in hidden else 1) * one, rel=1e-3)

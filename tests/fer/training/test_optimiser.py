import copy
import subprocess
import sys

import pytest
import torch
from torch import nn

from fer.networks.build import build_network
from fer.recipe import Recipe
from fer.training.adam import Adam
from fer.training.optimiser import Group, Optimiser, build_optimiser
from fer.training.sgd import MOMENTUM
from fer.training.state import State

CPU = torch.device("cpu")


def test_weight_decay_leaves_biases_and_batch_normalisation_alone() -> None:
    network = build_network(Recipe(widths=(4,)), CPU)
    groups = build_optimiser(Recipe(widths=(4,), weight_decay=0.1), network).groups
    decayed = {id(p) for group in groups if group.weight_decay for p in group.params}
    expected = {id(p) for p in network.parameters() if p.ndim > 1}
    assert len(expected) == 3, "the weights of a convolution and of two linear layers"
    assert decayed == expected


REFERENCES = {
    "adam": lambda weights: torch.optim.Adam(weights, weight_decay=0.1, fused=True),
    "adamw": lambda weights: torch.optim.AdamW(weights, weight_decay=0.1, fused=True),
    "sgd": lambda weights: torch.optim.SGD(
        weights, momentum=MOMENTUM, nesterov=True, weight_decay=0.1, fused=True
    ),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_steps_are_those_of_torch_optim_whose_state_it_takes_over(name: str) -> None:
    network = nn.Sequential(nn.Conv2d(2, 3, 3, bias=False), nn.Linear(3, 2, bias=False))
    network = network.to(memory_format=torch.channels_last)
    other = copy.deepcopy(network)
    ours = build_optimiser(Recipe(optimiser=name, weight_decay=0.1), network)
    theirs = REFERENCES[name](other.parameters())
    for step in range(6):
        for weight, its in zip(network.parameters(), other.parameters(), strict=True):
            weight.grad = torch.randn_like(weight)
            its.grad = weight.grad.clone()
        for group in theirs.param_groups:
            group["lr"] = 0.01 / (1 + step)
        ours.step(0.01 / (1 + step))
        theirs.step()
        if step == 2:
            saved = copy.deepcopy(theirs.state_dict())
            ours = build_optimiser(Recipe(optimiser=name, weight_decay=0.1), network)
            ours.load_state_dict(saved)
    expected = {name: weight.detach() for name, weight in other.named_parameters()}
    actual = {name: weight.detach() for name, weight in network.named_parameters()}
    torch.testing.assert_close(actual, expected, rtol=0, atol=0)


def test_a_parameter_without_a_gradient_stays() -> None:
    weights = [nn.Parameter(torch.ones(2)) for _ in range(2)]
    optimiser = Optimiser([Group(weights, Adam(decoupled=True), weight_decay=0.1)])
    weights[1].grad = torch.ones(2)
    optimiser.step(0.1)
    assert torch.equal(weights[0], torch.ones(2))
    assert list(optimiser.state_dict()["state"]) == [1]
    assert (weights[1] < 1).all()


def test_a_step_imports_no_compiler() -> None:
    code = """
import sys, torch
from fer.recipe import Recipe
from fer.training.state import State
state = State(Recipe(), "", torch.device("cpu"))
state.network(torch.zeros(2, 1, 48, 48)).sum().backward()
state.optimiser_step(0.1)
assert "torch._dynamo" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("optimiser", ["adam", "sgd", "muon"])
def test_the_biases_of_batch_normalisation_alone_have_a_learning_rate_of_their_own(
    tiny: Recipe, optimiser: str
) -> None:
    tiny = tiny.with_values({"optimiser": optimiser, "weight_decay": 0.0})
    ends = []
    for factor in (1.0, 64.0):
        state = State(tiny.with_values({"norm_bias_lr": factor}), "", CPU)
        begin = {name: weight.detach().clone() for name, weight in state.network.named_parameters()}
        for weight in state.network.parameters():
            weight.grad = torch.full_like(weight, 0.5)
        state.optimiser_step(2.0**-7)
        ends.append(
            {name: w.detach() - begin[name] for name, w in state.network.named_parameters()}
        )
    norms = {
        f"{name}.bias"
        for name, module in state.network.named_modules()
        if isinstance(module, torch.nn.BatchNorm2d)
    }
    assert len(norms) == 2
    factors = {name: 64 if name in norms else 1 for name in begin}
    expected = {name: change * factors[name] for name, change in ends[0].items()}
    torch.testing.assert_close(ends[1], expected, rtol=1e-4, atol=1e-6)

import pytest
import torch

from fer.networks.build import build_network
from fer.recipe import Recipe
from fer.training.optimiser import EMA, build_optimiser
from fer.training.state import State

CPU = torch.device("cpu")


def test_weight_decay_leaves_biases_and_batch_normalisation_alone() -> None:
    network = build_network(Recipe(widths=(4,)), CPU)
    groups = build_optimiser(Recipe(widths=(4,), weight_decay=0.1), network).param_groups
    decayed = {id(p) for group in groups if group["weight_decay"] for p in group["params"]}
    expected = {id(p) for p in network.parameters() if p.ndim > 1}
    assert len(expected) == 3, "the weights of a convolution and of two linear layers"
    assert decayed == expected


def test_without_factors_the_groups_are_those_of_old_checkpoints() -> None:
    groups = build_optimiser(Recipe(widths=(4,)), build_network(Recipe(widths=(4,)), CPU))
    keys = [set(group) for group in groups.state_dict()["param_groups"]]
    assert len(keys) == 2
    assert not any("lr_factor" in each for each in keys)


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


def test_the_average_follows_weights_and_batch_statistics() -> None:
    network = build_network(Recipe(widths=(4,)), CPU)
    average = EMA(network, 0.9)
    before = {name: tensor.clone() for name, tensor in average.network.state_dict().items()}
    with torch.no_grad():
        for tensor in (*network.parameters(), *network.buffers()):
            tensor.add_(1)
    average.update(average.weight(step=10_000))
    after = average.network.state_dict()
    floating = [name for name, tensor in after.items() if tensor.is_floating_point()]
    assert {"running_mean", "running_var", "weight"} <= {n.rsplit(".", 1)[-1] for n in floating}
    for name in floating:
        torch.testing.assert_close(after[name], before[name] + 0.1)


def test_the_first_steps_average_over_fewer() -> None:
    network = build_network(Recipe(widths=(4,)), CPU)
    average = EMA(network, 0.999)
    bias = network.head[-1].bias
    start = bias.detach().clone()
    with torch.no_grad():
        bias += 1
    average.update(average.weight(step=0))
    torch.testing.assert_close(average.network.head[-1].bias, start + 0.9)


def test_without_decay_the_average_is_the_network() -> None:
    network = build_network(Recipe(widths=(4,)), CPU)
    assert EMA(network, 0.0).network is network

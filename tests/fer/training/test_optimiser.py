import torch

from fer.networks.build import build_network
from fer.recipe import Recipe
from fer.training.optimiser import Average, build_optimiser

CPU = torch.device("cpu")


def test_weight_decay_leaves_biases_and_batch_normalisation_alone() -> None:
    network = build_network(Recipe(widths=(4,)), CPU)
    groups = build_optimiser(Recipe(widths=(4,), weight_decay=0.1), network).param_groups
    decayed = {id(p) for group in groups if group["weight_decay"] for p in group["params"]}
    for name, parameter in network.named_parameters():
        assert (id(parameter) in decayed) == (parameter.ndim > 1), name


def test_the_average_follows_weights_and_batch_statistics() -> None:
    network = build_network(Recipe(widths=(4,)), CPU)
    average = Average(network, 0.9)
    before = {name: tensor.clone() for name, tensor in average.network.state_dict().items()}
    with torch.no_grad():
        for tensor in (*network.parameters(), *network.buffers()):
            tensor.add_(1)
    average.update(average.weight(step=10_000))
    for name, tensor in average.network.state_dict().items():
        if tensor.is_floating_point():
            torch.testing.assert_close(tensor, before[name] + 0.1)


def test_the_first_steps_average_over_fewer() -> None:
    network = build_network(Recipe(widths=(4,)), CPU)
    average = Average(network, 0.999)
    bias = network.head[-1].bias
    start = bias.detach().clone()
    with torch.no_grad():
        bias += 1
    average.update(average.weight(step=0))
    torch.testing.assert_close(average.network.head[-1].bias, start + 0.9)


def test_without_decay_the_average_is_the_network() -> None:
    network = build_network(Recipe(widths=(4,)), CPU)
    assert Average(network, 0.0).network is network

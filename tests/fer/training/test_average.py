import torch

from fer.networks.build import build_network
from fer.recipe import Recipe
from fer.training.average import EMA

CPU = torch.device("cpu")


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

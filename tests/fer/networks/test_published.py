import pytest
import torch

from fer.networks.build import build_network
from fer.recipe import Recipe

CPU = torch.device("cpu")


def test_the_published_widths_have_the_published_size() -> None:
    network = build_network(Recipe(), CPU)
    assert sum(parameter.numel() for parameter in network.parameters()) == 979_171


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu", "silu", "gelu", "mish"])
def test_every_activation_lets_gradients_through(activation: str) -> None:
    network = build_network(Recipe(widths=(4,), activation=activation), CPU)  # type: ignore[arg-type]
    network(torch.rand(4, 1, 48, 48)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())

"""Sharpness-aware minimisation takes the gradient uphill, and nothing else there."""

import pytest
import torch
from torch import nn

from fer.networks.build import build_network
from fer.recipe import Recipe
from fer.training.sharpness import uphill


def test_the_gradient_is_that_at_the_radius_along_the_first_one() -> None:
    layer = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        layer.weight.fill_(3.0)
    (layer.weight**2).sum().backward()  # type: ignore[no-untyped-call]
    with uphill(layer, 0.5):
        assert layer.weight.item() == pytest.approx(3.5)
        (layer.weight**2).sum().backward()  # type: ignore[no-untyped-call]
    assert layer.weight.item() == 3.0
    assert layer.weight.grad is not None
    assert layer.weight.grad.item() == pytest.approx(7.0)


def test_weights_and_batch_statistics_are_afterwards_as_before() -> None:
    torch.manual_seed(0)
    network = build_network(Recipe(network="residual", widths=(4, 8)), torch.device("cpu"))
    images = torch.rand(8, 1, 48, 48)
    network(images).square().sum().backward()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    momenta = [m.momentum for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    with uphill(network, 0.1):
        moved = torch.cat(
            [(p.detach() - before[n]).flatten() for n, p in network.named_parameters()]
        )
        assert moved.norm().item() == pytest.approx(0.1, rel=1e-3)
        network(2 * images).square().sum().backward()
    after = network.state_dict()
    for name, tensor in before.items():
        if not name.endswith("num_batches_tracked"):
            assert torch.equal(after[name], tensor), name
    assert [m.momentum for m in network.modules() if isinstance(m, nn.BatchNorm2d)] == momenta

"""What a recipe's network costs: its size, and the work for one face."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch.utils.flop_counter import FlopCounterMode

from fer.faces.types import SIZE
from fer.networks.build import build_network
from fer.recipe import Recipe


@dataclass(frozen=True)
class NetworkCost:
    """Attributes:
    parameters: trained weights.
    operations: floating-point operations of convolutions and linear layers for one face,
        forwards; an addition and a multiplication count as two.
    """

    parameters: int
    operations: int


@lru_cache(maxsize=64)
def network_cost(recipe: Recipe) -> NetworkCost:
    """The cost of a recipe's network, counted without memory for its weights."""
    device = torch.device("meta")
    with device:
        network = build_network(recipe, device).eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(torch.empty(1, 1, SIZE, SIZE, device=device))
    parameters = sum(weight.numel() for weight in network.parameters())
    return NetworkCost(parameters, counter.get_total_flops())

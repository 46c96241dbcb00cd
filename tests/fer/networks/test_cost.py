from fer.networks.cost import network_cost
from fer.recipe import Recipe


def test_the_cost_of_the_published_network_is_the_one_in_the_design() -> None:
    cost = network_cost(Recipe())
    assert cost.parameters == 979_171
    assert round(cost.operations / 1e6) == 66


def test_the_operations_of_one_block_are_those_of_its_sums_and_products() -> None:
    cost = network_cost(Recipe(widths=(4,)))
    convolution = 2 * 9 * 4 * 48 * 48
    linear = 2 * (4 * 24 * 24 * 4 + 4 * 3)
    assert cost.operations == convolution + linear

import pytest

from fer.recipe import WARM_UP
from fer.training.schedule import START, learning_rate


def test_constant_stays() -> None:
    assert {learning_rate("constant", 0.1, step, 50) for step in range(50)} == {0.1}


def test_cosine_falls_from_the_peak_to_near_0() -> None:
    rates = [learning_rate("cosine", 0.1, step, 100) for step in range(100)]
    assert rates[0] == 0.1
    assert rates == sorted(rates, reverse=True)
    assert 0 < rates[-1] < 0.0001
    assert rates[50] == pytest.approx(0.05)


def test_one_cycle_rises_for_its_warm_up_and_then_falls_to_near_0() -> None:
    rates = [learning_rate("one_cycle", 0.1, step, 1000) for step in range(1000)]
    peak = rates.index(max(rates))
    assert rates[0] == pytest.approx(0.1 * START)
    assert peak == 1000 * WARM_UP
    assert rates[peak] == pytest.approx(0.1)
    assert rates[:peak] == sorted(rates[:peak])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert 0 < rates[-1] < 1e-6

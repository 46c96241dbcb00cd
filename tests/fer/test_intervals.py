"""The intervals are scipy's and the published ones."""

import itertools

import pytest
from scipy.stats import binomtest, norm

from fer.intervals import NORMAL_95, newcombe, wilson


@pytest.mark.parametrize(
    ("right", "n"), [(0, 1), (1, 1), (0, 40), (40, 40), (1, 40), (3261, 3965), (999_999, 1_000_000)]
)
def test_wilsons_interval_is_scipys(right: int, n: int) -> None:
    reference = binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right, n) == pytest.approx((reference.low, reference.high), abs=1e-12)


def test_the_interval_holds_95_percent_of_a_normal_distribution() -> None:
    assert norm.cdf(NORMAL_95) - norm.cdf(-NORMAL_95) == pytest.approx(0.95, abs=1e-12)


# Newcombe (1998), "Interval estimation for the difference between independent proportions",
# table II, method 10.
@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_newcombes_interval_is_the_published_one(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    shares = [value for right, n in (one, other) for value in (right / n, n)]
    assert newcombe(*shares) == pytest.approx((low, high), abs=5e-5)  # type: ignore[arg-type]


def test_the_difference_turned_round_has_the_interval_turned_round() -> None:
    for a, b in itertools.product((0.1, 0.5, 0.82), repeat=2):
        low, high = newcombe(a, 100, b, 250)
        assert newcombe(b, 250, a, 100) == pytest.approx((-high, -low))

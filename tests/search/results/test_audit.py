"""Statistics of stopped trials: shares, regret and rank correlations."""

import numpy as np
import pytest
from scipy.stats import binomtest, spearmanr

from search.results.audit import rank_correlation, share_of, stop_quality


@pytest.mark.parametrize(("hits", "n"), [(0, 3), (1, 4), (3, 3), (7, 40), (0, 1)])
def test_the_interval_of_a_share_is_scipys_exact_one(hits, n):
    share = share_of(hits, n)
    exact = binomtest(hits, n).proportion_ci(method="exact")
    assert (share.low, share.high) == pytest.approx((exact.low, exact.high))
    assert share.value == hits / n


def test_a_stop_is_wrong_if_the_trial_ends_above_all_that_were_kept():
    quality = stop_quality([0.70, 0.79, 0.80, 0.83], kept=[0.80, 0.72, 0.71, 0.78])
    assert (quality.wrong.hits, quality.wrong.n) == (1, 4), "0.80 is level with the best, not above"
    assert quality.regret == pytest.approx(0.03)
    assert quality.mean_regret == pytest.approx(0.03 / 4)
    assert quality.top.hits == 3, "above three quarters of the kept ones, 0.785"


def test_stops_that_lost_nothing_have_no_regret():
    quality = stop_quality([0.6, 0.7], kept=[0.8])
    assert (quality.wrong.hits, quality.regret, quality.mean_regret) == (0, 0, 0)
    assert quality.best_stopped == 0.7


def test_without_trials_to_compare_stops_are_not_judged():
    assert stop_quality([], [0.8]) is None
    assert stop_quality([0.8], []) is None


def test_the_rank_correlation_is_spearmans_with_ties_too():
    early, final = [0.1, 0.2, 0.2, 0.5, 0.4, 0.9], [0.3, 0.1, 0.4, 0.4, 0.9, 0.8]
    found = rank_correlation(early, final)
    assert found.value == pytest.approx(spearmanr(early, final).statistic)
    assert found.low < found.value < found.high
    assert found.n == 6


def test_a_perfect_order_of_few_trials_has_a_wide_interval():
    few, many = (rank_correlation(range(n), range(n)) for n in (5, 50))
    assert (few.value, many.value) == pytest.approx((1, 1))
    assert few.low < 0.3
    assert 0.98 < many.low < many.high < 1


def test_nothing_is_said_of_three_trials_or_of_equal_values():
    assert rank_correlation([1, 2, 3], [1, 2, 3]) is None
    assert rank_correlation([1, 1, 1, 1], [1, 2, 3, 4]) is None


def test_the_interval_holds_the_correlation_in_about_95_of_100_samples():
    draw, normal = np.random.default_rng(0), 0.7
    true = 6 / np.pi * np.arcsin(normal / 2)  # Spearman's of a bivariate normal distribution
    held = 0
    for _ in range(400):
        x, y = draw.normal(size=(2, 20))
        found = rank_correlation(x, normal * x + np.sqrt(1 - normal**2) * y)
        held += found.low <= true <= found.high
    assert 0.91 <= held / 400 <= 0.985

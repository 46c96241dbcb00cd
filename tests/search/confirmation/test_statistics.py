"""Intervals and tests of a confirmation against textbook values and simulated truth."""

import math

import numpy as np
import pytest
from scipy import stats

from search.confirmation.statistics import (
    mean_against_target,
    mean_over_folds,
    mean_over_seeds,
    model_against_target,
    satterthwaite,
)

TARGET, IMAGES = 0.82244, 3965


def test_the_exact_binomial_test_has_the_textbook_value() -> None:
    # 8 or more of 10 fair coins: (45 + 10 + 1) / 1024.
    assert model_against_target(8, 10, 0.5).p == pytest.approx(56 / 1024)
    # The sum of the upper tail, term by term.
    tail = sum(math.comb(20, k) * 0.8**k * 0.2 ** (20 - k) for k in range(19, 21))
    assert model_against_target(19, 20, 0.8).p == pytest.approx(tail)


def test_satterthwaites_degrees_of_freedom_are_welchs_where_one_sample_is_large() -> None:
    small, large = [27.5, 21.0, 19.0, 23.6, 17.0], np.random.default_rng(0).normal(20, 3, 200_000)
    welch = stats.ttest_ind(small, large, equal_var=False).df
    first = float(np.var(small, ddof=1)) / len(small)
    second = float(np.var(large, ddof=1)) / len(large)
    assert satterthwaite(first, 4, second) == pytest.approx(welch, rel=1e-3)
    assert satterthwaite(0.0, 4, second) == math.inf


def test_seeds_without_spread_leave_the_score_test_of_a_proportion() -> None:
    test = mean_against_target([3300] * 5, IMAGES, TARGET)
    z = (3300 / IMAGES - TARGET) / math.sqrt(TARGET * (1 - TARGET) / IMAGES)
    assert test is not None
    assert test.p == pytest.approx(stats.norm.sf(z))


def test_very_many_images_leave_the_t_test_over_seeds() -> None:
    shares = [0.84, 0.83, 0.85, 0.835, 0.845]
    n = 10**12
    correct = [round(share * n) for share in shares]
    test, mean = mean_against_target(correct, n, 0.82), mean_over_seeds(correct, n)
    expected = stats.ttest_1samp(shares, 0.82, alternative="greater")
    assert test is not None
    assert test.p == pytest.approx(expected.pvalue, rel=1e-4)
    assert test.freedom == pytest.approx(4, rel=1e-4)
    low, high = stats.ttest_1samp(shares, 0.82).confidence_interval(0.95)
    assert (mean.low, mean.high) == pytest.approx((low, high), rel=1e-4)


def test_the_test_allows_for_seeds_and_images_so_it_is_stricter_than_either_alone() -> None:
    correct = [3310, 3330, 3300, 3345, 3320]
    both = mean_against_target(correct, IMAGES, TARGET)
    shares = [each / IMAGES for each in correct]
    seeds_alone = stats.ttest_1samp(shares, TARGET, alternative="greater").pvalue
    images_alone = model_against_target(round(np.mean(correct)), IMAGES, TARGET).p
    assert both is not None
    assert both.p > max(seeds_alone, images_alone)


def test_one_seed_has_no_spread_interval_or_test() -> None:
    mean = mean_over_seeds([3300], IMAGES)
    assert (mean.sd, mean.low, mean.high, mean.n) == (None, None, None, 1)
    assert mean_against_target([3300], IMAGES, TARGET) is None
    assert mean_over_folds([0.8], 0.1).low is None


def test_a_recipe_at_the_target_is_called_better_in_at_most_5_percent_of_experiments() -> None:
    draw, seeds, experiments = np.random.default_rng(0), 3, 400
    false = 0
    for _ in range(experiments):
        # Images of all difficulties, and seeds that are better or worse on all of them.
        difficulty = draw.beta(4.1122 / 2, 0.8878 / 2, IMAGES)  # its mean is the target
        shift = draw.normal(0, 0.006, (seeds, 1))
        right = draw.random((seeds, IMAGES)) < np.clip(difficulty + shift, 0, 1)
        test = mean_against_target(right.sum(1).tolist(), IMAGES, TARGET)
        false += test is not None and test.significant
    assert false / experiments <= 0.05


def test_the_interval_over_folds_is_nadeau_and_bengios() -> None:
    values = [0.01, 0.03, 0.02, 0.05, 0.04]
    mean = mean_over_folds(values, held_out=0.1)
    half = 2.7764451 * math.sqrt((1 / 5 + 1 / 9) * 0.00025)
    assert mean.mean == pytest.approx(0.03)
    assert mean.sd == pytest.approx(math.sqrt(0.00025))
    assert (mean.low, mean.high) == pytest.approx((0.03 - half, 0.03 + half))
    plain = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert mean.high - mean.low > plain.high - plain.low

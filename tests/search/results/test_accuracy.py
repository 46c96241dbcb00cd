"""The difference of two accuracies: paired where the faces are the same, and how certain it is."""

import dataclasses

import numpy as np
import pytest
from made_scores import make_scores
from scipy.stats import binomtest

from fer.intervals import newcombe, wilson
from search.results.accuracy import (
    MeasuredAccuracy,
    compare,
    mcnemar,
    paired_gain,
    unpaired_gain,
)


def test_newcombes_interval_is_the_published_example():
    # Newcombe 1998, table II, (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    gain = unpaired_gain(MeasuredAccuracy(56 / 70, 70), MeasuredAccuracy(48 / 80, 80))
    assert (gain.low, gain.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert not gain.paired


@pytest.mark.parametrize(("right", "n"), [(0, 7), (1, 1), (81, 100), (1323, 1619), (100, 100)])
def test_wilsons_interval_is_scipys(right, n):
    reference = binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right, n) == pytest.approx((reference.low, reference.high), abs=1e-12)
    assert MeasuredAccuracy(right / n, n).ends == wilson(right, n)


@pytest.mark.parametrize(("won", "lost"), [(0, 0), (1, 0), (5, 5), (30, 12), (0, 40), (900, 1100)])
def test_mcnemars_test_is_scipys_exact_binomial_test(won, lost):
    expected = binomtest(won, won + lost).pvalue if won + lost else 1.0
    assert mcnemar(won, lost) == pytest.approx(expected, rel=1e-9)


def test_pairing_counts_the_faces_that_only_one_classifies_correctly():
    one, other = make_scores(0.8, 1), make_scores(0.7, 2)
    won = (one.predicted == one.label) & (other.predicted != other.label)
    lost = (one.predicted != one.label) & (other.predicted == other.label)
    gain = paired_gain(one, other)
    assert gain.value == pytest.approx((won.sum() - lost.sum()) / 600)
    assert gain.low < gain.value < gain.high
    assert gain.p == mcnemar(int(won.sum()), int(lost.sum()))


def test_predictions_on_other_faces_or_labels_are_not_paired():
    one = make_scores(0.8)
    shifted = dataclasses.replace(one, index=one.index + 1)
    relabelled = dataclasses.replace(one, label=np.roll(one.label, 1))
    assert paired_gain(one, shifted) is None
    assert paired_gain(one, relabelled) is None
    assert paired_gain(one, one).value == 0


def test_the_comparison_is_paired_where_it_can_be_and_says_which_test_it_used():
    high, low = make_scores(0.86, 1, 3000), make_scores(0.78, 2, 3000)
    accuracies = MeasuredAccuracy(0.86, 3000), MeasuredAccuracy(0.78, 3000)
    paired = compare("A", "B", *accuracies, (high, low))
    assert paired.gain == paired_gain(high, low)
    assert "McNemar's exact test on the same faces" in paired.sentence
    apart = compare("A", "B", *accuracies, (high, None))
    assert apart.gain == unpaired_gain(*accuracies)
    assert "Newcombe's interval for unpaired accuracies" in apart.sentence


def test_intervals_that_overlap_do_not_make_a_difference_insignificant():
    base, best, n = 0.7888, 0.8172, 1619
    gain = unpaired_gain(MeasuredAccuracy(best, n), MeasuredAccuracy(base, n))
    assert wilson(round(best * n), n)[0] < wilson(round(base * n), n)[1]
    assert gain.settled
    assert newcombe(best, n, base, n) == (gain.low, gain.high)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            0.80,
            "of 80.00 % (95 % interval 76.6 to 83.0 %, n = 600), level with the 80.00 % of B: not ",
        ),
        (0.90, "10.00 points above the 80.00 % of B: statistically significant"),
        (0.70, "10.00 points below the 80.00 % of B: statistically significant"),
    ],
)
def test_a_comparison_is_one_sentence(value, expected):
    one, other = MeasuredAccuracy(value, 600), MeasuredAccuracy(0.8, 600)
    assert expected in compare("A", "B", one, other).sentence.replace("\u00a0", " ")


def test_without_the_number_of_faces_the_significance_is_unknown():
    comparison = compare("A", "B", MeasuredAccuracy(0.9, None), MeasuredAccuracy(0.8, None))
    assert comparison.gain is None
    assert not comparison.settled
    assert "its significance is unknown" in comparison.sentence

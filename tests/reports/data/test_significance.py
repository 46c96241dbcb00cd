"""Tests of two studies against values from the literature and from scipy."""

import pytest
from scipy.stats import chi2_contingency

from reports.data.significance import best_trials_p, superiority
from search.results.accuracy import MeasuredAccuracy, compare


def test_unpaired_shares_are_tested_as_scipy_tests_a_table_without_correction():
    one, other = MeasuredAccuracy(0.8, 600), MeasuredAccuracy(0.75, 500)
    p = best_trials_p(compare("one", "other", one, other))
    expected = chi2_contingency([[480, 120], [375, 125]], correction=False).pvalue
    assert p == pytest.approx(expected)


def test_shares_of_unknown_n_have_no_p_and_equal_extremes_have_p_1():
    unknown, known = MeasuredAccuracy(0.8, None), MeasuredAccuracy(1.0, 60)
    assert best_trials_p(compare("one", "other", unknown, known)) is None
    assert best_trials_p(compare("one", "other", known, known)) == 1.0


def test_values_that_are_all_equal_show_no_superiority():
    assert superiority([0.8], [0.8, 0.8]) == (0.5, 1.0)
    assert superiority([0.9, 0.8], [0.7, 0.6])[0] == 1.0

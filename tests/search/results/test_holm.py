"""Holm's correction against values from the literature."""

import pytest

from search.results.holm import holm


def test_holm_multiplies_the_smallest_by_the_number_of_tests_and_never_lets_p_fall():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_holm_does_not_count_what_was_not_tested():
    assert holm([None, 0.02, None]) == [None, 0.02, None]

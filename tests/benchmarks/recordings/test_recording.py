"""What is derived from the samples of a case."""

import pytest

from benchmarks.recordings.recording import Measured

SECONDS = (0.2, 0.1, 0.15, 0.11, 0.1000000000000001)


def measured(name="training[batch=128]", seconds=SECONDS, **extra):
    return Measured("training", name, {"batch": 128}, 256, "images", seconds, extra)


def test_statistics_are_derived_from_the_samples():
    case = measured(seconds=tuple(range(1, 101)))
    assert case.median == 50.5
    assert case.percentile(90) == pytest.approx(90.1)
    assert case.iqr == pytest.approx(49.5)
    assert case.items_per_second == pytest.approx(256 / 50.5)
    assert case.epoch_seconds == pytest.approx(14_557 / 256 * 50.5)


def test_percentiles_of_what_several_did_at_once_are_those_of_one():
    case = measured(seconds=(4.0, 4.0), member_seconds=[[1.0, 4.0], [2.0, 4.0]])
    assert (case.percentile(50), case.percentile_of_one(50)) == (4.0, 3.0)
    assert measured().percentile_of_one(50) == measured().median


@pytest.mark.parametrize(("spread", "noisy"), [(0.05, False), (0.15, True)])
def test_a_case_is_noisy_where_its_iqr_is_over_a_tenth_of_its_median(spread, noisy):
    low, high = 1 - spread / 2, 1 + spread / 2
    assert measured(seconds=(low, low, 1.0, high, high)).noisy is noisy

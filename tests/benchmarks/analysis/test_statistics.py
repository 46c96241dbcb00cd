"""Verdicts on simulated samples: autocorrelated, drifting, with a level for each process."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import lfilter

from benchmarks.analysis.statistics import compare_apart, compare_interleaved
from benchmarks.timing.limits import FULL_LIMITS, QUICK_LIMITS, TimingLimits

PAIRS = 40
Floats = NDArray[np.float64]


def drift(draw: np.random.Generator, count: int) -> Floats:
    """Log of the speed's wandering: noise with a memory of 10 samples, and a random walk."""
    noise = lfilter([0.02 * np.sqrt(1 - 0.81)], [1, -0.9], draw.normal(size=count + 50))[50:]
    walk = np.cumsum(draw.normal(0, 0.015 / np.sqrt(count), count))
    return np.asarray(noise + walk)


def spikes(draw: np.random.Generator, count: int) -> Floats:
    return np.where(draw.random(count) < 0.03, draw.uniform(1.2, 2, count), 1.0)


def recording(
    draw: np.random.Generator, processes: int, count: int, slowed: float = 1.0
) -> list[list[float]]:
    """Each process's level lies 1.5 % (SD) from the machine's."""
    return [
        (
            0.1 * slowed * np.exp(draw.normal(0, 0.015) + drift(draw, count)) * spikes(draw, count)
        ).tolist()
        for _ in range(processes)
    ]


@pytest.mark.parametrize(
    ("processes", "count"), [(1, 7), (1, 10), (1, 20), (1, 60), (3, 20), (5, 8)]
)
def test_two_recordings_of_one_case_are_called_different_at_most_once_in_twenty(
    processes: int, count: int
) -> None:
    draw, pairs = np.random.default_rng(1), 3 * PAIRS
    words = [
        compare_apart(recording(draw, processes, count), recording(draw, processes, count)).word
        for _ in range(pairs)
    ]
    assert sum(word != "no difference shown" for word in words) <= pairs / 20


@pytest.mark.parametrize(("processes", "count"), [(3, 100), (5, 40)])
def test_a_case_slowed_by_a_tenth_is_called_slower_nineteen_times_in_twenty(
    processes: int, count: int
) -> None:
    draw = np.random.default_rng(2)
    words = [
        compare_apart(
            recording(draw, processes, count), recording(draw, processes, count, 1.10)
        ).word
        for _ in range(PAIRS)
    ]
    assert words.count("slower") >= PAIRS * 19 / 20


def interleaved(draw: np.random.Generator, count: int, slowed: float) -> tuple[Floats, Floats]:
    """Two cases that share a drift as large as 10 %, each with noise of its own."""
    common = 5 * drift(draw, count)
    first, second = (
        0.1 * np.exp(common + draw.normal(0, 0.02, count)) * spikes(draw, count) for _ in range(2)
    )
    return first, slowed * second


@pytest.mark.parametrize(("rounds", "share"), [(7, 0.75), (20, 0.95), (60, 0.975)])
def test_a_shared_drift_of_interleaved_cases_cancels(rounds: int, share: float) -> None:
    """In 7 rounds a spoilt one hides the difference, and one in five times there is one."""
    draw, pairs = np.random.default_rng(3), 2 * PAIRS
    same = [compare_interleaved(*interleaved(draw, rounds, 1.0)).word for _ in range(pairs)]
    slowed = [compare_interleaved(*interleaved(draw, rounds, 1.1)).word for _ in range(pairs)]
    assert sum(word != "no difference shown" for word in same) <= pairs / 20
    assert slowed.count("slower") >= pairs * share


def test_a_drift_of_all_interleaved_cases_does_not_widen_the_interval() -> None:
    pace = np.linspace(1, 3, 20)
    ratio = compare_interleaved(pace, 1.1 * pace)
    assert (ratio.low, ratio.high) == pytest.approx((1.1, 1.1))
    assert ratio.word == "slower"


@pytest.mark.parametrize("limits", [FULL_LIMITS, QUICK_LIMITS])
def test_the_fewest_rounds_that_are_timed_can_show_a_difference(limits: TimingLimits) -> None:
    seconds = np.linspace(1, 1.01, limits.least_rounds)
    assert compare_interleaved(seconds, 1.1 * seconds).word == "slower"
    assert compare_apart([list(seconds)], [list(1.2 * seconds)]).word == "slower"


def test_a_difference_under_the_minimum_effect_is_not_called_however_sure() -> None:
    draw = np.random.default_rng(4)
    base, other = draw.normal(1, 0.001, (2, 400))
    ratio = compare_apart([base.tolist()], [(other * 1.04).tolist()], 0.05)
    assert 1.03 < ratio.low < ratio.high < 1.05
    assert ratio.word == "no difference shown"
    assert compare_apart([base.tolist()], [(other * 1.04).tolist()], 0.02).word == "slower"


def test_faster_is_slower_the_other_way_round() -> None:
    draw = np.random.default_rng(5)
    base, other = recording(draw, 3, 60), recording(draw, 3, 60, 1.2)
    one, back = compare_apart(base, other), compare_apart(other, base)
    assert (one.word, back.word) == ("slower", "faster")
    assert one.ratio == pytest.approx(1 / back.ratio)


def test_few_samples_show_no_difference() -> None:
    assert compare_apart([[1.0, 1.0]], [[2.0, 2.0]]).word == "no difference shown"
    assert compare_apart([[1.0]], [[2.0]]).word == "no difference shown"
    assert compare_interleaved([1.0, 1.0], [2.0, 2.0]).word == "no difference shown"


def test_equal_samples_have_ratio_one_and_no_difference() -> None:
    for ratio in (
        compare_apart([[1.0] * 20], [[1.0] * 20], 0.0),
        compare_interleaved([1.0] * 20, [1.0] * 20, 0.0),
    ):
        assert (ratio.ratio, ratio.low, ratio.high) == (1, 1, 1)
        assert ratio.word == "no difference shown"
        assert ratio.p == 1


def test_a_comparison_gives_the_same_numbers_again() -> None:
    draw = np.random.default_rng(6)
    base, other = recording(draw, 2, 60), recording(draw, 2, 50)
    assert compare_apart(base, other) == compare_apart(base, other)


def test_few_processes_do_not_hide_how_far_they_lie_apart() -> None:
    """Each process is all but constant, but their levels differ by 20 %."""
    base = [[1.0, 1.001] * 20, [1.2, 1.201] * 20]
    other = [[1.25, 1.251] * 20, [1.35, 1.351] * 20]
    ratio = compare_apart(base, other)
    assert ratio.low < 1.02
    assert ratio.word == "no difference shown"

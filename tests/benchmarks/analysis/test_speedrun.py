"""The verdict on a speed run."""

import pytest
from made_speed_runs import made_entry, made_runs

from benchmarks.analysis.speedrun import speed_run, trimmed

SLOW = made_runs([80, 80, 80, 80, 80], [0.76, 0.78, 0.80, 0.82, 0.84])


def test_a_recipe_as_good_in_a_quarter_of_the_time_reaches_the_goal_four_times_as_fast():
    fast = made_runs([20, 20, 20, 20, 20], [0.761, 0.779, 0.803, 0.819, 0.839])
    result = speed_run([made_entry("slow", SLOW, 0.80), made_entry("fast", fast, 0.80)])
    (entry,) = result.contenders
    assert result.own_goal
    assert entry.reached
    assert (entry.speedup, entry.low, entry.high) == pytest.approx((4, 4, 4))
    assert (entry.epochs, entry.n) == (2, 5)


def test_accuracies_are_compared_seed_by_seed_with_the_references_own_mean():
    # Half a point below on each seed: hidden by the spread over seeds, not by pairs.
    fast = made_runs([20] * 5, [0.754, 0.776, 0.795, 0.815, 0.834])
    entry = speed_run([made_entry("slow", SLOW, 0.80), made_entry("fast", fast, 0.80)]).contenders[
        0
    ]
    assert not entry.reached
    assert entry.behind == pytest.approx(0.0052)
    alone = speed_run([made_entry("slow", SLOW, 0.801), made_entry("fast", fast, 0.801)])
    assert not alone.own_goal
    assert alone.contenders[0].error > 0.01


def test_the_interval_of_the_speedup_holds_its_spread():
    fast = made_runs([16, 20, 25, 20, 20], [0.8] * 5)
    entry = speed_run([made_entry("slow", SLOW, 0.80), made_entry("fast", fast, 0.80)]).contenders[
        0
    ]
    assert entry.low < 4 < entry.high
    assert entry.speedup == pytest.approx(4)


def test_the_fastest_and_the_slowest_of_five_runs_are_dropped():
    assert trimmed([5, 1, 2, 9, 3]) == [2, 3, 5]
    assert trimmed([5, 1, 2, 9]) == [1, 2, 5, 9]


def test_the_goal_is_first_reached_where_the_mean_over_the_runs_is():
    result = speed_run(
        [made_entry("slow", SLOW, 0.69), made_entry("fast", made_runs([20] * 5, [0.6] * 5), 0.69)]
    )
    assert result.reference.first_seconds == 40
    assert result.contenders[0].first_seconds is None

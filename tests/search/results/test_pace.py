"""Time left, by the pace of the study's own trials."""

import pytest
from made_snapshots import record, snapshot

from search.config.limits import Budget, StudyLimits
from search.results.pace import seconds_left
from search.results.trials import State

# A made trial trains an epoch a second unless it says otherwise; a made study has two workers.
WORKERS = 2


def limited(*trials, **budget):
    return snapshot(*trials, limits=StudyLimits(budget=Budget(**budget)))


def test_trials_to_come_are_as_long_as_the_searched_ones_that_ended():
    ended = [record(0, [0.5] * 10), record(1, [0.5] * 4, State.PRUNED), record(2, [0.5] * 6)]
    # 2 more trials of 5 epochs.
    assert seconds_left(limited(*ended, trials=5)) == pytest.approx(10 / WORKERS)


def test_a_slow_baseline_does_not_slow_the_estimate_of_small_networks():
    baseline = record(0, [0.5] * 3, seconds=90.0)
    ended = [record(number, [0.5] * 8, seconds=8.0) for number in (1, 2)]
    assert seconds_left(limited(baseline, *ended, trials=8)) == pytest.approx(5 * 8 / WORKERS)


def test_an_unfinished_trial_trains_to_its_end_at_its_own_pace():
    trials = [record(0, [0.5] * 10), record(1, [0.5] * 4, State.STOPPED, seconds=12.0)]
    assert seconds_left(limited(*trials, trials=2)) == pytest.approx(6 * 3), "on one worker"


def test_workers_share_trials_but_never_one_trial():
    running = [record(number, [0.5] * 4, State.RUNNING, seconds=4.0) for number in (1, 2, 3)]
    assert seconds_left(limited(*running, trials=3)) == pytest.approx(3 * 6 / WORKERS)


def test_the_first_limit_that_is_reached_counts():
    trial = record(1, [0.5] * 10)
    assert seconds_left(limited(trial, hours=1.5, epochs=100_000)) == pytest.approx(1800)
    assert seconds_left(limited(trial, hours=150, epochs=15)) == pytest.approx(5 / WORKERS)
    assert seconds_left(limited(trial, hours=0.5)) == 0


def test_before_a_searched_trial_has_ended_an_epoch_it_is_unknown():
    assert seconds_left(limited(trials=5)) is None
    assert seconds_left(limited(record(0, [0.5] * 10), trials=5)) is None
    assert seconds_left(limited(record(0, [0.5] * 10), trials=5, hours=2)) is None


def test_a_running_baseline_alone_is_estimated_by_its_own_pace():
    running = record(0, [0.5] * 4, State.RUNNING, seconds=8.0)
    assert seconds_left(limited(running, trials=1)) == pytest.approx(6 * 2)

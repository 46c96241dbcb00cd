"""Time left, by the pace so far."""

import pytest
from made_snapshots import record, snapshot

from search.config.limits import Budget, StudyLimits
from search.results.pace import seconds_left
from search.results.trials import State


def limited(*trials, **budget):
    return snapshot(*trials, limits=StudyLimits(budget=Budget(**budget)))


def test_trials_to_come_are_as_long_as_those_that_ended():
    ended = [record(0, [0.5] * 10), record(1, [0.5] * 4, State.PRUNED), record(2, [0.5] * 6)]
    # 20 epochs in an hour; 2 more trials of 5 epochs.
    assert seconds_left(limited(*ended, trials=5)) == pytest.approx(3600 / 20 * 10)


def test_an_unfinished_trial_trains_to_its_end():
    trials = [record(0, [0.5] * 10), record(1, [0.5] * 4, State.STOPPED)]
    assert seconds_left(limited(*trials, trials=2)) == pytest.approx(3600 / 14 * 6)


def test_the_first_limit_that_is_reached_counts():
    trial = record(0, [0.5] * 10)
    assert seconds_left(limited(trial, hours=1.5, epochs=1000)) == pytest.approx(1800)
    assert seconds_left(limited(trial, hours=150, epochs=15)) == pytest.approx(1800)
    assert seconds_left(limited(trial, hours=0.5)) == 0


def test_before_the_first_epoch_it_is_unknown():
    assert seconds_left(limited(trials=5)) is None

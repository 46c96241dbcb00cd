"""Work on trials: pauses do not count."""

import dataclasses
import datetime

import pytest
from made_attempts import attempt
from made_snapshots import BEGAN, record

from search.results.trials import State
from search.results.work import load_per_core, mean_load, peak_memory, work_on, worker_seconds
from search.storage.sessions import Session


def seconds_after(seconds: float) -> datetime.datetime:
    return BEGAN + datetime.timedelta(seconds=seconds)


def test_a_pause_between_two_attempts_is_in_no_span():
    trial = record(1, [0.5] * 30, attempts=(attempt(60, 70), attempt(2_190, 2_211)))
    spans = work_on(trial)
    assert [(span.began, span.ended) for span in spans] == [
        (seconds_after(60), seconds_after(70)),
        (seconds_after(2_190), seconds_after(2_211)),
    ]
    assert sum(span.seconds for span in spans) == 31.0
    assert all(span.exact for span in spans)


def test_without_attempts_a_trial_that_paused_is_as_long_as_its_training():
    trial = record(1, [0.5] * 31, began=BEGAN, ended=seconds_after(2_208))
    (span,) = work_on(trial)
    assert (span.seconds, span.exact) == (31.0, False)


def test_without_attempts_a_trial_that_did_not_pause_has_its_times():
    trial = record(1, [0.5] * 100, began=BEGAN, ended=seconds_after(104))
    (span,) = work_on(trial)
    assert (span.began, span.ended, span.exact) == (BEGAN, seconds_after(104), True)


def test_a_trial_that_an_earlier_version_began_and_this_one_ended_has_both_parts():
    trial = record(1, [0.5] * 50, began=BEGAN, attempts=(attempt(1_000, 1_020),))
    before, after = work_on(trial)
    assert (before.began, before.seconds, before.exact) == (BEGAN, 30.0, False)
    assert (after.began, after.seconds, after.exact) == (seconds_after(1_000), 20.0, True)


def test_a_trial_that_no_worker_has_taken_has_no_work():
    assert work_on(record(1, [], State.WAITING, began=None, seconds=None)) == ()


def test_worker_seconds_count_each_worker_of_each_session():
    sessions = [
        Session("a", BEGAN, seconds_after(100), 2, ""),
        Session("b", seconds_after(5_000), seconds_after(5_010), 3, ""),
    ]
    assert worker_seconds(sessions) == 230.0


def test_memory_is_the_most_of_all_attempts_and_load_their_mean_by_time():
    attempts = (
        attempt(0, 30, load=2.0, peak_memory=3 * 10**9),
        attempt(90, 100, load=6.0, cores=4),
    )
    trial = record(1, [0.5], attempts=attempts)
    assert peak_memory(trial) == 3 * 10**9
    assert mean_load(trial) == pytest.approx(3.0)
    assert load_per_core(trial) == pytest.approx((1.0 * 30 + 1.5 * 10) / 40)
    unknown = dataclasses.replace(trial, attempts=(attempt(0, 1, load=None, peak_memory=None),))
    assert (peak_memory(unknown), mean_load(unknown), load_per_core(unknown)) == (None, None, None)
    assert peak_memory(record(1, [0.5])) is None

"""What the dashboard says of a study in a few words."""

import dataclasses
import datetime

from made_snapshots import BEGAN, record, snapshot

from reports.dashboard.attributes import trial_lines
from reports.dashboard.facts import state
from search.config.limits import Budget, StudyLimits
from search.execution.budget import Ending
from search.results.trials import State
from search.storage.attributes import Attempt

LAST = BEGAN + datetime.timedelta(hours=1)
SOON = LAST + datetime.timedelta(seconds=5)
LATER = LAST + datetime.timedelta(hours=3)
RUNNING = record(1, 0.8, State.RUNNING)
SPENT = Ending("the budget of 8 trials is spent")


def test_a_study_runs_while_its_session_says_so():
    assert state(snapshot(RUNNING), SOON) == "Running"
    assert state(snapshot(RUNNING, ending=SPENT), SOON) == "Running"
    hours = StudyLimits(budget=Budget(hours=2))
    said = state(snapshot(RUNNING, limits=hours), SOON).replace("\u00a0", " ")
    assert said == "Running, about 60.0 minutes left"


def test_a_study_whose_session_fell_silent_was_interrupted():
    said = state(snapshot(RUNNING), LATER)
    assert said == "Interrupted at 2026-05-04 09:00 UTC; it can be resumed"


def test_a_study_that_ended_says_why():
    assert state(snapshot(record(1, 0.8), ending=SPENT), SOON) == f"Ended: {SPENT.reason}"


def test_a_study_with_a_trial_that_waits_has_not_ended():
    stopped = record(2, 0.8, State.STOPPED)
    assert state(snapshot(stopped, ending=SPENT), LATER).startswith("Interrupted at 2026-05-04")


def test_a_study_without_sessions_has_not_started():
    assert state(snapshot(sessions=()), SOON) == "Not started"


def test_attempts_memory_and_load_of_a_trial_are_numbers_to_sort_by():
    ended = BEGAN + datetime.timedelta(seconds=30)
    attempts = tuple(
        Attempt(began=BEGAN, ended=ended, host="a", pid=1, cores=2, peak_memory=m, load=load)
        for m, load in ((400_000_000, 1.0), (700_000_000, 2.0), (None, None))
    )
    shown = trial_lines(dataclasses.replace(record(1, 0.8), attempts=attempts))
    assert shown["attempts"] == "3"
    assert shown["peak memory in MB"] == "700"
    assert shown["load"] == "1.50"

"""When a study ends: totals over all starts, a target, patience, failures."""

import datetime

import optuna
import pytest
from optuna.trial import TrialState

from search.execution.budget import ending, only_failures
from search.results.activity import active_seconds
from search.storage.sessions import begin_session, session_heartbeat, sessions


def test_a_budget_of_trials_is_a_total_over_all_starts(open_cheap, run_serially):
    assert len(run_serially(open_cheap(("trials = 8", "trials = 3")))) == 3
    again = open_cheap(("trials = 8", "trials = 3"))
    assert ending(again).reason == "the budget of 3 trials is spent"
    assert len(run_serially(again)) == 3
    assert len(run_serially(open_cheap(("trials = 8", "trials = 5")))) == 5


def test_a_budget_of_epochs_counts_what_was_reported(open_cheap, run_serially):
    study = open_cheap(("trials = 8", "epochs = 12"), ('kind = "median"\nstartup = 2', ""))
    trials = run_serially(study)
    assert [len(trial.intermediate_values) for trial in trials] == [5, 4, 4]
    assert ending(study).reason == "the budget of 12 epochs is spent"


def test_a_study_stops_at_its_target(open_cheap, run_serially):
    study = open_cheap(("[budget]", "[stop]\ntarget = 0.5\n[budget]"))
    trials = run_serially(study)
    assert len(trials) == 2, "the baseline reaches the target too, and does not count"
    assert ending(study).reason == "trial 1 reached the target of 0.5"
    assert not ending(study).failed


def test_a_study_stops_after_n_trials_without_a_gain(open_cheap, run_serially):
    study = open_cheap(
        ("trials = 8", "trials = 100"), ("[budget]", "[stop]\npatience = 4\n[budget]")
    )
    trials = run_serially(study)
    values = [trial.value for trial in trials[1:]]
    assert len(values) - 1 - values.index(max(values)) == 4
    assert "4 trials ended without a better one" in ending(study).reason


def test_three_failures_in_a_row_stop_a_study_and_a_new_start_tries_again(
    open_cheap, run_serially, monkeypatch
):
    monkeypatch.setenv("CHEAP_FAIL", '{"2": "raise", "3": "raise", "4": "raise"}')
    study = open_cheap()
    assert len(run_serially(study)) == 5
    end = ending(study)
    assert end.failed
    assert end.reason == "3 trials in a row failed; the last: RuntimeError: this trial"
    begin_session(study, 1, "again")
    assert ending(study) is None
    assert len(run_serially(study, session="again")) == 8


def test_failures_that_are_not_in_a_row_stop_nothing(open_cheap, run_serially, monkeypatch):
    monkeypatch.setenv("CHEAP_FAIL", '{"1": "raise", "2": "raise", "4": "raise", "5": "raise"}')
    assert len(run_serially(open_cheap())) == 8


def test_only_failures_are_a_failure_and_one_trial_that_ended_well_is_none(
    open_cheap, run_serially, monkeypatch
):
    monkeypatch.setenv("CHEAP_FAIL", '{"1": "raise", "2": "raise"}')
    study = open_cheap(("trials = 8", "trials = 3"))
    assert only_failures(study.everything()) is None, "nothing has ended yet"
    run_serially(study)
    assert ending(study).reason == "the budget of 3 trials is spent"
    # The baseline did not fail, but it is no result of the search.
    assert (
        only_failures(study.everything())
        == "all 2 trials failed; the last: RuntimeError: this trial"
    )
    run_serially(open_cheap())
    assert only_failures(study.everything()) is None


def test_a_baseline_that_failed_alone_is_the_only_trial(open_cheap, run_serially, monkeypatch):
    monkeypatch.setenv("CHEAP_FAIL", '{"0": "raise"}')
    study = open_cheap(("trials = 8", "trials = 1"))
    run_serially(study)
    assert only_failures(study.everything()) == "its only trial failed: RuntimeError: this trial"


def test_a_baseline_that_failed_is_tried_again(open_cheap, run_serially, monkeypatch):
    monkeypatch.setenv("CHEAP_FAIL", '{"0": "raise"}')
    trials = run_serially(open_cheap())
    assert [trial.user_attrs["role"] for trial in trials[:3]] == ["baseline", "baseline", "search"]


def test_a_baseline_that_always_fails_ends_a_study_whose_other_trials_complete(open_cheap):
    study = open_cheap(("trials = 8", "trials = 100"))

    def end(role, state):
        trial = optuna.trial.create_trial(
            state=state, value=0.5 if state == TrialState.COMPLETE else None
        )
        trial.user_attrs = {"role": role, "reason": "CUDA is broken"}
        trial.datetime_complete = datetime.datetime.now()
        study.add_trial(trial)

    for _ in range(2):
        end("baseline", TrialState.FAIL)
        end("search", TrialState.COMPLETE)
        assert ending(study) is None
    end("baseline", TrialState.FAIL)
    end("search", TrialState.COMPLETE)
    assert ending(study).failed
    assert ending(study).reason == "the baseline failed 3 times; the last: CUDA is broken"
    begin_session(study, 1, "again")
    assert ending(study) is None


@pytest.fixture
def spans(open_cheap):
    """A study whose sessions ran in the given spans of minutes."""

    def study(*minutes: tuple[int, int]):
        opened = open_cheap(("trials = 8", "hours = 1"))
        noon = datetime.datetime(2026, 1, 1, 12)
        for index, (began, ended) in enumerate(minutes):
            value = {
                "began": (noon + datetime.timedelta(minutes=began)).isoformat(),
                "beat": (noon + datetime.timedelta(minutes=ended)).isoformat(),
                "workers": 1,
                "command": "fer",
            }
            opened.set_user_attr(f"session:{index}", value)
        return opened

    return study


def test_hours_are_those_in_which_some_session_ran(spans):
    study = spans((0, 10), (5, 20), (7, 9), (100, 130))
    assert active_seconds(sessions(study)) == 50 * 60
    assert ending(study) is None


def test_a_budget_of_hours_is_a_total_over_all_starts(spans):
    assert ending(spans((0, 30), (40, 70))).reason == "the budget of 1 hour is spent"


def test_a_session_that_beats_grows(open_cheap):
    study = open_cheap()
    session = begin_session(study, 2, "fer search run cheap")
    before = active_seconds(sessions(study))
    session_heartbeat(study, session)
    assert active_seconds(sessions(study)) > before
    assert [(s.workers, s.command) for s in sessions(study)] == [(2, "fer search run cheap")]

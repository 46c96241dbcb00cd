"""A study at one moment: typed trials, what is derived from them, and how often they are read."""

import dataclasses
import datetime
from collections import Counter

import optuna
import pytest
from optuna.trial import TrialState

from fer.errors import BadInput
from search.results.activity import active_seconds, active_until
from search.results.snapshot import SnapshotReader, read_snapshot
from search.results.trials import State, trial_record
from search.storage.sessions import Session, begin_session


def at(minute: float) -> datetime.datetime:
    return datetime.datetime(2026, 5, 4, 8) + datetime.timedelta(minutes=minute)


def session(began: float, beat: float) -> Session:
    return Session("id", at(began), at(beat), 1, "fer search run")


@pytest.fixture
def study(open_cheap, run_serially, monkeypatch):
    monkeypatch.setenv("CHEAP_FAIL", '{"2": "raise"}')
    study = open_cheap(storage="studies.db")
    begin_session(study, 2, "fer search run cheap")
    run_serially(study)
    return study


def test_a_snapshot_holds_what_the_storage_holds(study):
    snapshot = read_snapshot(study)
    for record, trial in zip(snapshot.trials, study.everything(), strict=True):
        assert (record.number, record.id) == (trial.number, trial._trial_id)
        assert record.params == trial.params
        assert record.accuracies == trial.intermediate_values
        assert record.recipe == trial.user_attrs["recipe"]
        assert record.seconds == trial.user_attrs.get("seconds")
        assert str(record.run) == trial.user_attrs["run"]
    assert snapshot.trials[2].state == State.FAILED
    assert snapshot.trials[2].reason == "RuntimeError: this trial"
    assert snapshot.name == "cheap"
    assert snapshot.limits.budget.trials == 8
    assert snapshot.ending.reason == "the budget of 8 trials is spent"


def test_a_snapshot_is_one_read_of_the_trials_and_one_of_the_attributes(study, monkeypatch):
    reads = Counter()
    storage = study._storage
    for name in ("get_all_trials", "get_study_user_attrs", "get_study_system_attrs", "get_trial"):
        read = getattr(storage, name)

        def counted(*args, _name=name, _read=read, **options):
            reads[_name] += 1
            return _read(*args, **options)

        monkeypatch.setattr(storage, name, counted)
    snapshot = read_snapshot(study)
    assert snapshot.best is not None
    assert snapshot.ending is not None
    assert snapshot.seconds >= 0
    assert reads == {"get_all_trials": 1, "get_study_user_attrs": 1}


def test_the_baseline_is_apart_and_the_best_trial_is_a_complete_one(study):
    snapshot = read_snapshot(study)
    assert snapshot.baseline is snapshot.trials[0]
    assert snapshot.baseline not in snapshot.searched
    assert len(snapshot.searched) == 7
    assert snapshot.best.state == State.COMPLETE
    assert snapshot.best.accuracy == max(trial.accuracy for trial in snapshot.complete)
    assert snapshot.counts[State.FAILED] == len(snapshot.failed) == 1
    assert sum(snapshot.counts.values()) == 8
    assert snapshot.epochs_run == sum(len(t.intermediate_values) for t in study.everything())


def test_of_equal_trials_the_earlier_is_the_best(study):
    snapshot = read_snapshot(study)
    trials = [dataclasses.replace(t, value=0.8) if t.value else t for t in snapshot.trials]
    level = dataclasses.replace(snapshot, trials=tuple(trials))
    assert level.best.number == min(trial.number for trial in snapshot.complete)


def test_an_interrupted_trial_is_stopped_and_not_running(open_cheap):
    study = open_cheap()
    trial = study.ask()
    assert read_snapshot(study).trials[0].state == State.RUNNING
    trial.set_user_attr("resumable", True)
    snapshot = read_snapshot(study)
    assert snapshot.trials[0].state == State.STOPPED
    assert snapshot.unfinished == snapshot.trials
    assert not snapshot.trials[0].state.finished


def test_an_enqueued_trial_has_not_started(open_cheap):
    study = open_cheap()
    study.enqueue_trial({"dropout": 0.1})
    snapshot = read_snapshot(study)
    assert snapshot.counts[State.WAITING] == 1
    assert snapshot.started == ()
    assert snapshot.best is None
    assert snapshot.began is None
    assert snapshot.held_out is None


def test_a_reader_sees_what_changed_and_keeps_what_cannot_change(open_cheap, run_serially):
    study = open_cheap()
    trial = study.ask()
    reader = SnapshotReader(study)
    assert reader.read().trials[0].accuracies == {}
    trial.report(0.5, 1)
    assert reader.read().trials[0].accuracies == {1: 0.5}
    study.tell(trial, 0.6)
    ended = reader.read().trials[0]
    assert ended.state == State.COMPLETE
    assert ended.accuracy == 0.6
    assert reader.read().trials[0] is ended
    assert reader.read() == read_snapshot(study)


def test_a_record_cannot_be_changed(study):
    with pytest.raises(dataclasses.FrozenInstanceError):
        read_snapshot(study).trials[0].value = 1.0


def test_times_are_utc_also_where_the_clocks_are_not(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kathmandu")  # UTC+05:45
    import time

    time.tzset()
    try:
        trial = optuna.trial.create_trial(state=TrialState.FAIL)
        record = trial_record(trial)
    finally:
        monkeypatch.undo()
        time.tzset()
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    assert record.ended is not None
    assert abs(now - record.ended) < datetime.timedelta(minutes=5)


def test_the_last_accuracy_is_that_of_the_last_epoch():
    trial = optuna.trial.create_trial(
        state=TrialState.PRUNED, value=0.5, intermediate_values={2: 0.5, 1: 0.7}
    )
    record = trial_record(trial)
    assert (record.last_epoch, record.last_accuracy) == (2, 0.5)
    assert list(record.accuracies) == [1, 2]


def test_a_study_that_was_never_fully_started_is_refused(open_cheap):
    study = open_cheap()
    study._storage.set_study_user_attr(study._study_id, "limits", None)
    with pytest.raises(BadInput, match="was never fully started"):
        read_snapshot(study)


def test_seconds_of_overlapping_sessions_count_once():
    sessions = [session(0, 10), session(5, 8), session(9, 20), session(60, 61)]
    assert active_seconds(sessions) == 21 * 60
    assert active_seconds([]) == 0


def test_a_running_session_counts_up_to_the_moment_asked_for():
    sessions = [session(0, 10), session(60, 61)]
    assert active_until(sessions, at(5)) == 5 * 60
    assert active_until(sessions, at(30)) == 10 * 60
    assert active_until(sessions, at(65)) == 15 * 60
    assert active_until([], at(5)) == 0

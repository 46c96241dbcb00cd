"""Leases: one worker a trial, and a lost worker's trial for the next one."""

import os
import socket
from types import SimpleNamespace

import pytest
from optuna.exceptions import StorageInternalError
from optuna.trial import TrialState

from fer.errors import BadInput
from search.execution import lease_watch, leases
from search.execution.fence import LEASE_SECONDS
from search.execution.lease_watch import LeaseWatch
from search.execution.run_folder import LOCK
from search.execution.takeover import MAX_UNSEEN_DEATHS, handle_worker_death
from search.storage.attributes import BASELINE, SEARCH, attributes_of
from search.storage.sessions import begin_session


@pytest.fixture
def study(open_cheap):
    return open_cheap(("trials = 8", "trials = 4"))


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def acquire():
    """``acquire_lease``, whose leases are released when the test ends."""
    held = []

    def acquire(study, runs, session, watch=None):
        if lease := leases.acquire_lease(study, runs, session, watch):
            held.append(lease)
        return lease

    yield acquire
    for lease in held:
        lease.release()


def lose(lease):
    """What SIGKILL does to a lease: its lock is free, and the storage does not know it."""
    lease.release()


def set_owner(study, lease, **values):
    owner = attributes_of(lease.trial).owner
    study.store(lease.trial, owner=owner.model_copy(update=values))


@pytest.fixture
def watch_for(monkeypatch):
    """Looks at a study's trials ten times in so many seconds."""
    now = 0.0

    def look(watch, study, seconds):
        nonlocal now
        for _ in range(10):
            now += seconds / 10
            watch.look(study.running())

    monkeypatch.setattr(lease_watch, "time", SimpleNamespace(monotonic=lambda: now))
    return look


def test_trial_0_is_the_baseline_whole_and_the_others_search(acquire, study, runs):
    first, second = acquire(study, runs, "a"), acquire(study, runs, "a")
    assert (first.trial.number, first.trial.user_attrs["role"]) == (0, BASELINE)
    assert first.trial.params == {}
    assert first.recipe == study.definition.baseline.with_values({"seed": first.recipe.seed})
    assert (second.trial.number, second.trial.user_attrs["role"]) == (1, SEARCH)
    assert second.recipe.dropout == second.trial.params["dropout"]
    assert second.run == (runs / "1").absolute()


def test_a_lost_trial_is_taken_over_in_place_with_its_parameters(acquire, study, runs):
    acquire(study, runs, "a")
    lost = acquire(study, runs, "a")
    lost.trial.report(0.5, 1)
    lose(lost)
    taken = acquire(study, runs, "b")
    assert taken.trial.number == lost.trial.number == 1
    assert taken.recipe == lost.recipe
    assert taken.run == lost.run
    assert taken.trial._cached_frozen_trial.intermediate_values == {1: 0.5}
    assert [trial.number for trial in study.running()] == [0, 1]


def test_a_trial_whose_worker_lives_is_left_alone(acquire, study, runs):
    first = acquire(study, runs, "a")
    second = acquire(study, runs, "b")
    assert {first.trial.number, second.trial.number} == {0, 1}


def test_a_lost_trial_of_the_same_session_is_left_to_its_supervisor(acquire, study, runs):
    lost = acquire(study, runs, "a")
    set_owner(study, lost, pid=lost.trial.user_attrs["owner"]["pid"] + 1)
    lose(lost)
    assert acquire(study, runs, "a").trial.number == 1


@pytest.mark.parametrize("attribute", ["run", "owner", "recipe"])
def test_a_storage_that_fails_while_a_trial_is_taken_fails_no_trial(
    acquire, study, runs, monkeypatch, attribute
):
    store = study.opened.optuna.set_trial_user_attr

    def locked(trial_id, key, value):
        if key == attribute:
            raise StorageInternalError("database is locked")
        store(trial_id, key, value)

    monkeypatch.setattr(study.opened.optuna, "set_trial_user_attr", locked)
    with pytest.raises(StorageInternalError):
        acquire(study, runs, "a")
    monkeypatch.undo()
    assert acquire(study, runs, "a").trial.number == 0


def test_a_trial_whose_results_the_storage_never_takes_fails_at_last(acquire, study, runs):
    for _ in range(MAX_UNSEEN_DEATHS):
        dropped = acquire(study, runs, "a")
        assert dropped.trial.number == 0
        dropped.release()
    assert acquire(study, runs, "a").trial.number == 1
    assert study.everything()[0].user_attrs["reason"] == (
        "its worker could not store its results 3 times after epoch 0"
    )


def test_a_lost_trial_is_taken_over_even_when_the_budget_is_spent(acquire, study, runs):
    held = [acquire(study, runs, "a") for _ in range(4)]
    assert acquire(study, runs, "a") is None
    lose(held[2])
    assert acquire(study, runs, "b").trial.number == 2


def test_a_worker_that_died_while_it_took_a_trial_loses_no_trial(acquire, study, runs):
    # It got as far as making the trial, or even its first parameter, and never became its owner.
    first = acquire(study, runs, "a")
    study.ask().suggest_float("learning_rate", 1e-4, 1e-1, log=True)
    taken = acquire(study, runs, "b")
    assert taken.trial.number == 1
    assert set(taken.trial.params) == {"learning_rate", "dropout"}
    assert first.trial.number == 0


def test_a_trial_of_another_machine_is_left_alone_until_its_lease_has_run_out(
    acquire, study, runs, watch_for
):
    away, watch = acquire(study, runs, "a"), LeaseWatch()
    lose(away)
    set_owner(study, away, host="elsewhere")
    watch_for(watch, study, LEASE_SECONDS)
    study.heartbeat(away.trial)
    watch_for(watch, study, LEASE_SECONDS * 0.9)
    assert acquire(study, runs, "b", watch).trial.number == 1
    watch_for(watch, study, LEASE_SECONDS)
    assert acquire(study, runs, "b", watch).trial.number == 0, (
        "its run folder is shared: it goes on"
    )


def test_an_interrupted_trial_goes_on_under_another_host_name(acquire, study, runs):
    stopped = acquire(study, runs, "a")
    stopped.trial.set_user_attr("resumable", True)
    set_owner(study, stopped, host="the-container-of-yesterday")
    assert acquire(study, runs, "b").trial.number == 1, "its worker still has the lock"
    lose(stopped)
    assert acquire(study, runs, "b").trial.number == 0


@pytest.mark.parametrize("resumable", [True, False])
def test_a_trial_goes_on_in_a_folder_that_was_moved(acquire, study, runs, resumable):
    lost = acquire(study, runs, "a")
    (lost.run / "checkpoint").touch()
    lost.trial.set_user_attr("resumable", resumable)
    lose(lost)
    moved = runs.rename(runs.with_name("moved"))
    taken = acquire(study, moved, "b")
    assert taken.trial.number == 0
    assert taken.run == moved / "0"
    assert (taken.run / "checkpoint").exists()
    assert study.everything()[0].user_attrs["run"] == str(taken.run)


def test_workers_on_their_own_do_not_try_a_deadly_trial_for_ever(acquire, study, runs):
    for _ in range(MAX_UNSEEN_DEATHS):
        lost = acquire(study, runs, begin_session(study, 1, "fer search worker"))
        assert lost.trial.number == 0
        lose(lost)
    assert acquire(study, runs, begin_session(study, 1, "fer search worker")).trial.number == 1
    failed = study.everything()[0]
    assert failed.state == TrialState.FAIL
    assert failed.user_attrs["reason"] == "its worker died 3 times after epoch 0"


def test_workers_on_their_own_may_die_as_often_as_they_make_progress_or_are_stopped(
    acquire, study, runs
):
    for time in range(3 * MAX_UNSEEN_DEATHS):
        lost = acquire(study, runs, begin_session(study, 1, "fer search worker"))
        assert lost.trial.number == 0
        if time % 2:
            lost.trial.report(0.1, time)
        else:
            lost.trial.set_user_attr("resumable", True)
        lose(lost)


def test_a_silent_trial_whose_run_folder_is_not_here_begins_again(acquire, study, runs, watch_for):
    away, watch = acquire(study, runs, "a"), LeaseWatch()
    lose(away)
    set_owner(study, away, host="elsewhere")
    (away.run / LOCK).unlink()
    away.run.rmdir()
    watch_for(watch, study, LEASE_SECONDS * 1.2)
    again = acquire(study, runs, "b", watch)
    assert (again.trial.number, again.recipe) == (0, away.recipe)
    assert again.run.is_dir()


def test_parameters_that_make_no_recipe_fail_their_trial_and_not_the_worker(acquire, study, runs):
    acquire(study, runs, "a")
    study.enqueue_trial({"dropout": 0.1, "learning_rate": "much"})
    assert acquire(study, runs, "a").trial.number == 2
    failed = study.everything()[1]
    assert failed.state == TrialState.FAIL
    assert "much" in failed.user_attrs["reason"]


def test_an_enqueued_trial_runs_as_it_was_asked_for(acquire, study, runs):
    acquire(study, runs, "a")
    study.enqueue_trial({"dropout": 0.125, "learning_rate": 0.002})
    taken = acquire(study, runs, "a")
    assert (taken.recipe.dropout, taken.recipe.learning_rate) == (0.125, 0.002)


def test_a_folder_left_by_another_storage_is_set_aside(acquire, study, runs):
    (runs / "0").mkdir(parents=True)
    (runs / "0" / "metrics.json").write_text("{}")
    taken = acquire(study, runs, "a")
    assert sorted(path.name for path in taken.run.iterdir()) == [LOCK]
    assert (runs / "0.old-1" / "metrics.json").exists()


def test_a_folder_in_which_another_study_trains_is_refused(acquire, open_cheap, runs):
    acquire(open_cheap(storage="one.journal"), runs, "a")
    with pytest.raises(BadInput, match="another --out"):
        acquire(open_cheap(storage="two.journal"), runs, "b")


def test_a_child_that_died_hands_its_trial_on_and_at_the_second_death_fails_it(
    acquire, study, runs
):
    for death in range(2):
        lost = acquire(study, runs, "a")
        assert lost.trial.number == 0
        lose(lost)
        assert handle_worker_death(
            study, "a", os.getpid(), "was killed by SIGSEGV", out_of_memory=False, outside=False
        )
        assert (study.everything()[0].state == TrialState.FAIL) == (death == 1)
    reason = study.everything()[0].user_attrs["reason"]
    assert reason == "its worker was killed by SIGSEGV 2 times after epoch 0"


def test_a_trial_that_makes_progress_may_lose_any_number_of_workers(acquire, study, runs):
    for epoch in range(1, 6):
        lost = acquire(study, runs, "a")
        lost.trial.report(0.1, epoch)
        lose(lost)
        handle_worker_death(
            study, "a", os.getpid(), "was killed", out_of_memory=False, outside=False
        )
    assert study.everything()[0].state == TrialState.RUNNING


def test_a_trial_that_ran_out_of_memory_fails_at_once(acquire, study, runs):
    lose(acquire(study, runs, "a"))
    assert handle_worker_death(
        study, "a", os.getpid(), "ran out of memory", out_of_memory=True, outside=False
    )
    assert study.everything()[0].state == TrialState.FAIL


def test_a_child_that_had_no_trial_fails_none(acquire, study, runs):
    acquire(study, runs, "a")
    assert not handle_worker_death(study, "a", 1, "died", out_of_memory=True, outside=False)
    assert not handle_worker_death(
        study, "another", os.getpid(), "died", out_of_memory=True, outside=False
    )
    assert study.everything()[0].state == TrialState.RUNNING


def test_a_trial_that_has_ended_cannot_be_failed_any_more(acquire, study, runs):
    done = acquire(study, runs, "a")
    study.tell(done.trial, 0.9)
    study.fail(done.trial, "too late")
    assert study.everything()[0].state == TrialState.COMPLETE
    assert done.trial.user_attrs["owner"]["host"] == socket.gethostname()

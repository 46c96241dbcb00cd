"""A worker that lost its trial: it was stopped past its lease, or its run folder was removed."""

import datetime
import shutil
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from optuna.exceptions import StorageInternalError
from optuna.trial import TrialState

from fer.clock import utc_now
from fer.files import fenced, write_text
from fer.history import HISTORY, Epoch, append_epoch, read_history, write_history
from search.execution import fence, lease_watch
from search.execution.fence import LEASE_SECONDS, LeaseLost
from search.execution.lease_keeper import LeaseKeeper
from search.execution.lease_watch import LeaseWatch
from search.execution.leases import acquire_lease

pytestmark = pytest.mark.faults


@pytest.fixture
def clock(monkeypatch):
    """The time in seconds, which stands still unless a test moves it."""
    now = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(fence, "_clock", lambda: now.seconds)
    monkeypatch.setattr(lease_watch, "time", SimpleNamespace(monotonic=lambda: now.seconds))
    return now


@pytest.fixture
def steal(study, tmp_path, clock):
    """What another worker does while the owner is stopped: it waits for the lease, and takes it."""
    held = []

    def take(number=0):
        watch = LeaseWatch()
        for _ in range(12):
            watch.look(study.running())
            clock.seconds += LEASE_SECONDS / 10
        lease = acquire_lease(study, tmp_path / "runs", "thief", watch)
        assert lease.trial.number == number
        held.append(lease)
        return lease

    yield take
    for lease in held:
        lease.release()


def test_an_owner_that_wakes_after_its_lease_stops_at_its_next_step_and_writes_nothing(
    run_next, study, steal, capsys
):
    stolen = []

    def check():
        assert not stolen, "not one step more"
        if len(study.everything()[0].intermediate_values) == 2:
            steal()
            stolen.append(study.everything()[0])

    trial = run_next(check=check)
    assert (trial.state, trial.user_attrs) == (TrialState.RUNNING, stolen[0].user_attrs)
    assert trial.intermediate_values == stolen[0].intermediate_values
    assert capsys.readouterr().err.startswith("fer: warning: trial 0: ")


@pytest.mark.parametrize("writes", ["a report", "the end", "a failure"])
def test_nothing_is_stored_for_a_trial_that_was_taken_before(
    run_next, study, steal, ending_in, writes
):
    stolen = []

    class Trainer(type(ending_in(lambda *_: 0.5))):
        def train(self, recipe, faces, run, on_epoch, on_step):
            history = super().train(recipe, faces, run, on_epoch, on_step)
            steal()
            stolen.append(study.everything()[0])
            if writes == "a failure":
                raise OSError("a file that the other worker has removed")
            if writes == "a report":
                on_epoch(replace(history[-1], number=99))
            return history

    trial = run_next(Trainer(1))
    assert (trial.state, trial.user_attrs) == (TrialState.RUNNING, stolen[0].user_attrs)
    assert list(trial.intermediate_values) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("removed", ["removed", "made again"])
def test_a_worker_whose_run_folder_is_removed_lets_its_trial_go(run_next, study, removed, tmp_path):
    run = tmp_path / "runs" / "0"

    def check():
        if len(study.everything()[0].intermediate_values) == 2 and (run / "starts.txt").exists():
            shutil.rmtree(run)
            if removed == "made again":
                run.mkdir()

    first = run_next(check=check)
    assert (first.state, first.user_attrs["resumable"]) == (TrialState.RUNNING, True)
    assert not (run / "checkpoint.json").exists()
    again = run_next()
    assert (again.number, again.state) == (0, TrialState.COMPLETE)
    assert list(again.intermediate_values) == [1, 2, 3, 4, 5]
    assert again.user_attrs.get("deaths") is None


def test_a_file_that_was_begun_before_the_trial_was_taken_does_not_replace_the_takers(tmp_path):
    target, taken = tmp_path / "checkpoint", []

    def check():
        if not taken:  # asked when the temporary file is whole; then the process is stopped
            taken.append(True)
            for temporary in tmp_path.glob(".*.tmp"):
                temporary.unlink()
            target.write_text("the taker's")

    with fenced(check), pytest.raises(FileNotFoundError):
        write_text(target, "the first owner's")
    assert target.read_text() == "the taker's"
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_a_barred_worker_appends_to_no_history_and_replaces_none(tmp_path):
    first, second = (Epoch(number, 1.0, 0.5, 1.0, 0.5, 0.001, 2.0) for number in (1, 2))
    write_history(tmp_path / HISTORY, (first,))

    def check():
        raise LeaseLost("taken")

    with fenced(check):
        with pytest.raises(LeaseLost):
            append_epoch(tmp_path / HISTORY, second)
        with pytest.raises(LeaseLost):
            write_history(tmp_path / HISTORY, (second,))
    assert read_history(tmp_path / HISTORY) == (first,)


def test_a_worker_keeps_its_lease_and_sees_who_does_not(study, tmp_path, monkeypatch):
    monkeypatch.setenv("FER_LEASE_SECONDS", "0.3")
    kept, lost = (acquire_lease(study, tmp_path / "runs", name) for name in "ab")
    with LeaseKeeper(study) as keeper, keeper.holding(kept.fence):
        deadline = time.monotonic() + 60
        while not keeper.watch.has_run_out(lost.trial):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert keeper.watch.is_renewed(kept.trial)
        assert not keeper.watch.has_run_out(kept.trial)
        taken = acquire_lease(study, tmp_path / "runs", "a", keeper.watch)
        assert taken.trial.number == lost.trial.number, "of another session that still has its lock"
    for lease in (kept, lost, taken):
        lease.release()


@pytest.mark.parametrize("hour", [-1, 1])
def test_a_clock_an_hour_off_costs_no_worker_its_lease(study, tmp_path, clock, hour):
    lease, watch = acquire_lease(study, tmp_path / "runs", "a"), LeaseWatch()
    for minute in range(10):
        beat = utc_now() + datetime.timedelta(hours=hour, minutes=minute)
        study.store(lease.trial, heartbeat=beat)
        watch.look(study.running())
        clock.seconds += LEASE_SECONDS * 0.9
    assert not watch.has_run_out(study.running()[0])
    lease.release()


def test_a_process_that_was_stopped_itself_has_not_seen_others_silence(study, tmp_path, clock):
    lease, watch = acquire_lease(study, tmp_path / "runs", "a"), LeaseWatch()
    watch.look(study.running())
    clock.seconds += 10 * LEASE_SECONDS
    watch.look(study.running())
    assert not watch.has_run_out(study.running()[0])
    lease.release()


def test_a_storage_that_is_away_stops_a_write_only_when_the_lease_may_have_run_out(
    study, tmp_path, clock, monkeypatch
):
    lease = acquire_lease(study, tmp_path / "runs", "a")

    def away(_trial):
        raise StorageInternalError("away")

    monkeypatch.setattr(study, "stored", away)
    clock.seconds = LEASE_SECONDS / 2
    lease.fence.check_write()
    clock.seconds = LEASE_SECONDS
    lease.fence.check_step()
    with pytest.raises(StorageInternalError):
        lease.fence.check_write()
    lease.release()

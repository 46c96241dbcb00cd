"""A storage that fails for a moment: locked, restarting or out of reach."""

import sqlite3
import sys

import pytest
from optuna.exceptions import StorageInternalError
from optuna.trial import TrialState

import fer.faces
from fer.errors import FerError, Interrupted
from search.execution import events, supervisor
from search.execution.leases import acquire_lease
from search.execution.objective import run_trial
from search.execution.supervisor import Supervisor
from search.execution.worker import WorkerConfig, work
from search.storage import storage_retry
from search.storage.storage import Storage
from search.storage.storage_retry import retry


def locked():
    """What Optuna raises while another process holds SQLite's lock for too long."""
    error = StorageInternalError("An exception is raised during the commit.")
    error.__cause__ = sqlite3.OperationalError("database is locked")
    return error


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(storage_retry, "RETRY_SECONDS", 0.0)


@pytest.fixture
def study(open_cheap):
    return open_cheap(("trials = 8", "trials = 3"), storage="studies.db")


@pytest.fixture
def fails_at(monkeypatch):
    """Makes one method of an object raise at some of its calls."""

    def make(owner, name, *calls: int):
        whole, count = getattr(owner, name), iter(range(1, 10_000))

        def sometimes(*arguments, **options):
            if next(count) in calls:
                raise locked()
            return whole(*arguments, **options)

        monkeypatch.setattr(owner, name, sometimes)

    return make


@pytest.mark.parametrize(
    ("method", "call"),
    [
        ("set_trial_intermediate_value", 3),
        ("set_trial_user_attr", 8),
        ("set_trial_state_values", 1),
    ],
)
def test_a_trial_that_the_storage_fails_is_taken_over_and_completes(
    study, cheap, tmp_path, fails_at, method, call
):
    faces = cheap.tiny_faces("", "train", study.definition.recipe.classes)

    def run():
        lease = acquire_lease(study, tmp_path / "runs", "a")
        run_trial(lease, faces, cheap.CheapTrainer(1), events.StudyEvents(), lambda: None)

    fails_at(study._storage, method, call)
    with pytest.raises(StorageInternalError):
        run()
    assert study.everything()[0].state == TrialState.RUNNING
    run()
    trial = study.everything()[0]
    assert trial.state == TrialState.COMPLETE
    assert list(trial.intermediate_values) == [1, 2, 3, 4, 5]
    starts = (tmp_path / "runs" / "0" / "starts.txt").read_text().splitlines()
    assert int(starts[-1].split()[1]) > 0, "it went on from its checkpoint"


@pytest.mark.parametrize("session", ["of a supervisor", ""])
def test_a_worker_outlasts_a_storage_that_fails_now_and_then(
    study, cheap, tmp_path, monkeypatch, fails_at, session
):
    class Stop:
        def check(self):
            pass

    monkeypatch.setattr(fer.faces, "load_faces", cheap.tiny_faces)
    backend = type(study._storage._backend)
    fails_at(backend, "set_trial_intermediate_value", 2, 9)
    fails_at(backend, "create_new_trial", 2)
    fails_at(backend, "get_all_trials", 4, 5, 20)
    url = study.opened.url.render_as_string()
    config = WorkerConfig("cheap", "tiny", str(tmp_path / "runs"), 1, session, parent=1)
    work(config, url, Stop(), cheap.CheapTrainer)
    monkeypatch.undo()
    trials = study.everything()
    assert [trial.state for trial in trials] == [TrialState.COMPLETE] * 3


def test_a_supervisor_outlasts_a_storage_that_fails_now_and_then(
    study, tmp_path, monkeypatch, fails_at
):
    drawn = []

    def show():
        drawn.append(True)
        raise locked()

    monkeypatch.setattr(supervisor, "HEARTBEAT_SECONDS", 0.0)
    monkeypatch.setattr(supervisor, "POLL_SECONDS", 0.01)
    fails_at(supervisor, "session_heartbeat", 1, 2)
    fails_at(supervisor, "handle_worker_death", 1)
    fails_at(supervisor, "ending", 1, 3)
    once = tmp_path / "once"
    worker = f"import pathlib, sys, time; p = pathlib.Path({str(once)!r}); time.sleep(0.2); "
    worker += "sys.exit(0) if p.exists() else (p.touch(), sys.exit(1))"
    config = WorkerConfig("cheap", "tiny", str(tmp_path / "runs"), 1)
    Supervisor(study, config, 1, show, (sys.executable, "-c", worker)).run("fer search run cheap")
    assert len(drawn) > 2


def test_a_storage_that_stays_away_is_one_line_in_the_end(monkeypatch, capsys):
    def away():
        raise locked()

    monkeypatch.setattr(storage_retry, "GIVE_UP_SECONDS", 0.01)
    with pytest.raises(FerError, match="the storage does not answer: database is locked"):
        retry(away, lambda: None)
    assert capsys.readouterr().err == "fer: the storage: database is locked; trying again\n"


def test_waiting_for_a_storage_can_be_interrupted():
    def away():
        raise locked()

    def check():
        raise Interrupted("now")

    with pytest.raises(Interrupted):
        retry(away, check)


def test_an_error_of_the_database_is_one_line_for_the_user(tmp_path):
    with (
        pytest.raises(FerError, match=r"--storage .*studies\.db: database is locked"),
        Storage(str(tmp_path / "studies.db")),
    ):
        raise locked()

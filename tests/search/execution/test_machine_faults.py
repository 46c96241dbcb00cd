"""A disk that is full, over quota or read-only: no trial's fault, and nothing of the budget."""

import errno
import os
import sqlite3

import pytest
from optuna.exceptions import StorageInternalError
from optuna.trial import TrialState

import fer.faces
from fer.errors import MachineFault
from search.execution.worker import WorkerConfig, work
from search.storage.machine_faults import machine_fault
from search.storage.storage_retry import retry

pytestmark = pytest.mark.faults


def unwritable(number):
    return OSError(number, os.strerror(number), "runs/0/checkpoint.pt")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_trial_on_a_disk_that_takes_nothing_goes_on_once_it_does(run_next, study, cheap, number):
    class Trainer(cheap.CheapTrainer):
        def train(self, recipe, faces, run, on_epoch, on_step):
            def full(_epoch):
                raise unwritable(number)

            return super().train(recipe, faces, run, full, on_step)

    for _ in range(5):
        with pytest.raises(OSError, match=os.strerror(number)):
            run_next(Trainer(1))
        assert study.everything()[0].state == TrialState.RUNNING
    trial = run_next()
    assert (trial.number, trial.state) == (0, TrialState.COMPLETE)
    assert list(trial.intermediate_values) == [1, 2, 3, 4, 5]


def test_a_worker_ends_with_one_line_and_leaves_its_trial(open_cheap, cheap, tmp_path, monkeypatch):
    class Trainer(cheap.CheapTrainer):
        def train(self, *_):
            raise unwritable(errno.ENOSPC)

    class Stop:
        def check(self):
            pass

    monkeypatch.setattr(fer.faces, "load_faces", cheap.tiny_faces)
    study = open_cheap(storage="studies.db")
    config = WorkerConfig("cheap", "tiny", str(tmp_path / "runs"), 1, "a supervisor's", parent=1)
    with pytest.raises(MachineFault, match=r"^runs/0/checkpoint.pt: No space left on device$"):
        work(config, study.opened.url.render_as_string(), Stop(), Trainer)
    (trial,) = study.everything()
    assert (trial.state, trial.user_attrs["resumable"]) == (TrialState.RUNNING, True)


def test_a_parameter_that_the_disk_does_not_take_fails_no_trial(run_next, study, monkeypatch):
    run_next()

    def full(*_):
        raise unwritable(errno.ENOSPC)

    monkeypatch.setattr(study.opened.optuna, "set_trial_param", full)
    with pytest.raises(OSError, match="No space"):
        run_next()
    monkeypatch.undo()
    assert (run_next().number, len(study.everything())) == (1, 2)


def full_database():
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA max_page_count = 1")
    try:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    except sqlite3.OperationalError as error:
        wrapped = StorageInternalError("An exception is raised during the commit.")
        wrapped.__cause__ = error
        return wrapped
    finally:
        connection.close()


def test_a_storage_on_a_full_disk_is_not_waited_for():
    def call():
        raise full_database()

    with pytest.raises(MachineFault, match=r"^the storage: database or disk is full$"):
        retry(call, lambda: None)


def test_a_locked_storage_is_no_fault_of_the_machine():
    assert machine_fault(sqlite3.OperationalError("database is locked")) is None
    assert machine_fault(FileNotFoundError(errno.ENOENT, "none", "x")) is None

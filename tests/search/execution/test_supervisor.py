"""The workers' parent: what it starts them with, restarts, gives up on, and stops."""

import json
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fer.errors import BadInput, FerError, Interrupted
from search.execution import supervisor, worker_process
from search.execution.leases import acquire_lease
from search.execution.supervisor import Supervisor
from search.execution.worker import MACHINE_FAULT_STATUS, WorkerConfig
from search.execution.worker_progress import ProgressFile, progress_path, read_progress
from search.storage.attributes import Owner, attributes_of
from search.storage.sessions import sessions

REPORT_THREADS = """
import json, os, pathlib, sys
config = json.loads(sys.argv[1])
heard = [config["threads"], os.environ["OMP_NUM_THREADS"]]
pathlib.Path(config["folder"], f"threads-{os.getpid()}").write_text(json.dumps(heard))
"""


@pytest.mark.parametrize(
    ("cores", "workers", "threads"), [(8, 1, 8), (8, 2, 4), (8, 3, 2), (2, 2, 1), (2, 5, 1)]
)
def test_each_worker_gets_its_share_of_the_cores(
    open_cheap, tmp_path, monkeypatch, cores, workers, threads
):
    monkeypatch.setattr(worker_process, "available_cores", lambda: cores)
    config = WorkerConfig("cheap", "tiny", str(tmp_path), threads=1)
    Supervisor(
        open_cheap(), config, workers, lambda: None, (sys.executable, "-c", REPORT_THREADS)
    ).run("fer")
    threads_of = [json.loads(path.read_text()) for path in tmp_path.glob("threads-*")]
    assert threads_of == [[threads, str(threads)]] * workers


@dataclass
class FakeWorker:
    """A process that ends with a status, or runs until it is stopped (None)."""

    status: int | None
    pid: int = 4242
    stubborn: bool = False
    returncode: int | None = None
    received: list[str] = field(default_factory=list)

    def poll(self):
        self.returncode = self.status
        return self.returncode

    def send_signal(self, number):
        self.received.append(signal.Signals(number).name)

    def wait(self, timeout=None):
        if self.stubborn and timeout is not None:
            raise supervisor.subprocess.TimeoutExpired("worker", timeout)

    def kill(self):
        self.received.append("SIGKILL")


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def supervise(open_cheap, runs, monkeypatch):
    """Runs a supervisor on fake workers; returns those that it started.

    A worker that is given a number of trials takes so many before it ends.
    """
    monkeypatch.setattr(supervisor, "POLL_SECONDS", 0.0)
    study = open_cheap(("trials = 8", "trials = 4"))
    runs.mkdir()
    (runs / "worker-1.log").write_text("Traceback\nfer: its last line\n")

    def run(*workers, takes_trial=True, at_once=1, show=lambda: None):
        waiting, started = list(workers), []

        def start(_study, config, slot, _workers, _command):
            worker = waiting.pop(0)
            started.append(worker)
            if takes_trial and worker.status not in (0, None):
                lease = acquire_lease(study, runs, config.session)
                owner = attributes_of(lease.trial).owner
                study.store(lease.trial, owner=Owner(**owner.model_dump() | {"pid": worker.pid}))
                lease.release()
            return worker

        monkeypatch.setattr(supervisor, "start_worker", start)
        config = WorkerConfig("cheap", "tiny", str(runs), threads=1)
        run.supervisor = Supervisor(study, config, at_once, show)
        run.supervisor.run("fer search run cheap")
        return started

    run.study = study
    return run


def test_a_worker_that_dies_is_restarted_and_its_trial_handed_on(supervise):
    workers = supervise(FakeWorker(-11), FakeWorker(0))
    assert len(workers) == 2
    trial = supervise.study.everything()[0]
    assert attributes_of(trial).owner.session == "", "free for the next worker"
    assert attributes_of(trial).deaths.count == 1
    assert len(sessions(supervise.study)) == 1


def test_a_trial_that_kills_two_workers_fails_and_the_study_goes_on(supervise):
    workers = supervise(FakeWorker(-11), FakeWorker(1), FakeWorker(0))
    assert len(workers) == 3
    trial = supervise.study.everything()[0]
    assert attributes_of(trial).reason == "its worker ended with status 1 2 times after epoch 0"


@pytest.mark.faults
@pytest.mark.parametrize("takes_trial", [True, False])
def test_sigkill_from_outside_neither_fails_a_trial_nor_ends_the_study(supervise, takes_trial):
    workers = supervise(*[FakeWorker(-9) for _ in range(5)], FakeWorker(0), takes_trial=takes_trial)
    assert len(workers) == 6
    trials = supervise.study.everything()
    assert [(trial.number, trial.state.name) for trial in trials] == [(0, "RUNNING")] * takes_trial


@pytest.mark.faults
def test_a_full_disk_stops_the_study_and_its_trial_can_go_on(supervise, runs):
    (runs / "worker-1.log").write_text("fer: runs/0/checkpoint.pt: No space left on device\n")
    with pytest.raises(FerError) as stopped:
        supervise(FakeWorker(MACHINE_FAULT_STATUS))
    assert str(stopped.value) == (
        "study cheap: runs/0/checkpoint.pt: No space left on device; the same command goes on "
        "once that is mended"
    )
    trial = supervise.study.everything()[0]
    assert (trial.state.name, attributes_of(trial).deaths) == ("RUNNING", None)


@pytest.mark.faults
def test_a_storage_that_is_removed_while_it_runs_fails_the_study(supervise, monkeypatch):
    monkeypatch.setattr(supervisor, "HEARTBEAT_SECONDS", 0.0)
    workers = FakeWorker(None), FakeWorker(None)
    with pytest.raises(FerError, match=r"studies\.journal: was removed or replaced while it was"):
        supervise(*workers, at_once=2, show=supervise.study.opened.local.unlink)
    assert [worker.received for worker in workers] == [["SIGTERM"]] * 2


def test_workers_that_die_before_their_first_trial_end_the_study_with_their_last_line(supervise):
    with pytest.raises(FerError) as refused:
        supervise(*[FakeWorker(1)] * 3, takes_trial=False)
    assert str(refused.value) == (
        "3 workers in a row died before their first trial; the last ended with status 1: "
        "its last line"
    )


def test_a_worker_that_refuses_its_input_ends_the_study_at_once(supervise):
    with pytest.raises(BadInput, match=r"^its last line$"):
        supervise(FakeWorker(2), takes_trial=False)


@pytest.mark.parametrize(("status", "kills"), [(-9, [0, 1]), (-9, [0, 0]), (1, [0, 1])])
def test_a_trial_fails_at_once_only_if_its_worker_was_killed_for_memory(
    supervise, monkeypatch, status, kills
):
    counts = iter(kills)
    monkeypatch.setattr(supervisor, "out_of_memory_kills", lambda: next(counts))
    supervise(FakeWorker(status), FakeWorker(0))
    attributes = attributes_of(supervise.study.everything()[0])
    killed = (status, kills) == (-9, [0, 1])
    assert (attributes.deaths is None) == (status == -9), "nor does SIGKILL from outside count"
    expected = "its worker was killed: the machine ran out of memory" if killed else ""
    assert attributes.reason == expected


def test_a_signal_stops_all_workers_at_their_next_step_and_the_study_can_go_on(supervise):
    def ctrl_c():
        signal.raise_signal(signal.SIGINT)

    workers = FakeWorker(None), FakeWorker(None, stubborn=True)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Interrupted) as stopped:
        supervise(*workers, at_once=2, show=ctrl_c)
    assert str(stopped.value) == (
        "study cheap: stopped by SIGINT; the same command goes on where it stopped"
    )
    assert workers[0].received == ["SIGTERM"]
    assert workers[1].received == ["SIGTERM", "SIGKILL"], "it did not reach its next step in time"
    assert signal.getsignal(signal.SIGINT) == before


def test_who_stops_one_worker_stops_the_study(supervise):
    workers = FakeWorker(130), FakeWorker(None)
    with pytest.raises(Interrupted):
        supervise(*workers, at_once=2, takes_trial=False)
    assert workers[1].received == ["SIGTERM"]


def test_what_the_workers_do_is_known_while_they_run(supervise, runs):
    heard = []

    def show():
        progress = ProgressFile(progress_path(runs, 0))
        progress.phase("trial 3")
        progress._written = 0.0
        progress.detail("step 12 of 29")
        heard.extend(map(str, supervise.supervisor.progress()))
        signal.raise_signal(signal.SIGTERM)

    with pytest.raises(Interrupted):
        supervise(FakeWorker(None), show=show)
    assert heard == ["worker 1: trial 3, step 12 of 29"]
    assert read_progress(runs, 0) is None, "nothing is left behind"


def test_progress_that_cannot_be_written_stops_no_training(tmp_path):
    ProgressFile(tmp_path / "no" / "such" / "folder").phase("trial 1")
    (tmp_path / "worker-1.progress").write_text("")  # caught while it is written
    assert read_progress(Path(tmp_path), 0) is None


def test_a_workers_warnings_are_shown_once_and_not_its_other_lines(supervise, runs, capsys):
    log = runs / "worker-1.log"
    log.write_text("fer: warning: of an earlier start\n")
    shown = iter(["fer: trial 1: an error\nfer: warning: a\nfer: war", "ning: b\n", "end\n", ""])

    def show():
        with log.open("a") as file:
            file.write(text := next(shown))
        if not text:
            signal.raise_signal(signal.SIGTERM)

    with pytest.raises(Interrupted):
        supervise(FakeWorker(None), show=show)
    assert capsys.readouterr().err == "fer: warning: a\nfer: warning: b\n"

"""The parent of the workers: starts them, watches them, shows the state, and ends the study.

It imports no torch: its memory stays free for the workers.
"""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fer.cgroup import out_of_memory_kills
from fer.errors import BadInput, FerError, Interrupted
from fer.process import available_cores, training_environment
from fer.signals import StopSignals
from search.execution.budget import ending
from search.execution.takeover import handle_worker_death
from search.execution.worker import HEARTBEAT_SECONDS, STORAGE_VARIABLE, WorkerConfig
from search.storage.sessions import begin_session, session_heartbeat
from search.storage.storage_retry import TRANSIENT_ERRORS, retry
from search.storage.study import FerStudy

POLL_SECONDS = 0.25
STOP_SECONDS = 60.0
"""Time to reach the next step and stop, before a worker is killed; no trial is lost by it."""
EARLY_DEATHS = 3
WORKER = (sys.executable, "-m", "search.execution.worker")

Show = Callable[[], None]


@dataclass
class Supervisor:
    """Runs ``workers`` processes on one study until it ends.

    Attributes:
        config: what the workers work on; session and parent are filled in.
        show: draws the state; called several times a second.
        worker: the command that starts a worker; its one argument is added.
    """

    study: FerStudy
    config: WorkerConfig
    workers: int
    show: Show
    worker: tuple[str, ...] = WORKER
    _stop: StopSignals = field(default_factory=StopSignals)
    _children: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _early_deaths: int = 0
    _out_of_memory_kills: int = 0

    def run(self, command: str) -> None:
        """Run until the study starts no more trials and all that ran have ended.

        Raises:
            Interrupted: a signal came; what ran can be resumed.
            FerError: too many failures in a row, or workers that cannot start.
        """
        session = begin_session(self.study, self.workers, command)
        self.config = dataclasses.replace(self.config, session=session, parent=os.getpid())
        self._out_of_memory_kills = out_of_memory_kills()
        with self._stop:
            try:
                for slot in range(self.workers):
                    self._spawn(slot)
                self._watch(session)
            finally:
                self._stop_children()
                with contextlib.suppress(*TRANSIENT_ERRORS):
                    session_heartbeat(self.study, session)
        self._check()
        end = retry(lambda: ending(self.study), self._check)
        if end and end.failed:
            raise FerError(f"study {self.study.study_name}: {end.reason}")

    def _check(self) -> None:
        self._stop.check(
            f"study {self.study.study_name}", "the same command goes on where it stopped"
        )

    def _spawn(self, slot: int) -> None:
        threads = max(1, available_cores() // self.workers)
        config = dataclasses.replace(self.config, threads=threads)
        environment = training_environment(threads)
        environment[STORAGE_VARIABLE] = self.study.opened.url.render_as_string(hide_password=False)
        with _log(config, slot).open("ab") as log:
            self._children[slot] = subprocess.Popen(
                [*self.worker, config.to_json()],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _watch(self, session: str) -> None:
        last_heartbeat = time.monotonic()
        while self._children and self._stop.received is None:
            for slot, child in list(self._children.items()):
                if child.poll() is not None:
                    del self._children[slot]
                    self._ended(slot, child)
            # A storage that is locked or away for a moment ends no study: there is a next time.
            with contextlib.suppress(*TRANSIENT_ERRORS):
                if time.monotonic() - last_heartbeat > HEARTBEAT_SECONDS:
                    last_heartbeat = time.monotonic()
                    session_heartbeat(self.study, session)
                self.show()
            time.sleep(POLL_SECONDS)

    def _ended(self, slot: int, child: "subprocess.Popen[bytes]") -> None:
        status = child.returncode
        if status == 0:
            return
        if status == Interrupted.exit_status:
            self._stop.received = signal.SIGTERM  # who stops one worker stops the study
            return
        if status == BadInput.exit_status:
            raise BadInput(_last_line(self.config, slot))
        kills = out_of_memory_kills()
        # The count may be the whole machine's, so the signal has to agree.
        out_of_memory = status == -signal.SIGKILL and kills > self._out_of_memory_kills
        self._out_of_memory_kills = kills
        why = _cause(status, out_of_memory)
        session, pid = self.config.session, child.pid
        had_trial = retry(
            lambda: handle_worker_death(self.study, session, pid, why, out_of_memory=out_of_memory),
            self._check,
        )
        end = retry(lambda: ending(self.study), self._check)
        if had_trial:
            self._early_deaths = 0
        elif end is None:
            self._early_deaths += 1
        if self._early_deaths >= EARLY_DEATHS:
            raise FerError(
                f"{EARLY_DEATHS} workers in a row died before their first trial; the last {why}: "
                f"{_last_line(self.config, slot)}"
            )
        if end is None or not end.failed:
            self._spawn(slot)

    def _stop_children(self) -> None:
        for child in self._children.values():
            child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._children.clear()


def _log(config: WorkerConfig, slot: int) -> Path:
    folder = Path(config.folder)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"worker-{slot + 1}.log"


def _last_line(config: WorkerConfig, slot: int) -> str:
    text = _log(config, slot).read_text(encoding="utf-8", errors="replace").strip()
    return (text.splitlines() or ["it left no message"])[-1].removeprefix("fer: ")


def _cause(status: int, out_of_memory: bool) -> str:
    if out_of_memory:
        return "was killed: the machine ran out of memory"
    if status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"

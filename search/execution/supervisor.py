"""The parent of the workers: starts them, restarts those that die, and ends the study.

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
from fer.signals import StopSignals
from search.execution.budget import ending
from search.execution.takeover import handle_worker_death
from search.execution.worker import HEARTBEAT_SECONDS, MACHINE_FAULT_STATUS, WorkerConfig
from search.execution.worker_process import (
    WorkerWarnings,
    cause_of_death,
    last_line,
    start_worker,
    stop_workers,
)
from search.execution.worker_progress import WorkerProgress, progress_path, read_progress
from search.storage.sessions import begin_session, session_heartbeat
from search.storage.storage_retry import TRANSIENT_ERRORS, retry
from search.storage.study import FerStudy

POLL_SECONDS = 0.25
MAX_EARLY_DEATHS = 3
WORKER = (sys.executable, "-m", "search.execution.worker")

Show = Callable[[], None]


@dataclass
class Supervisor:
    """Runs ``workers`` processes on one study until it ends.

    Attributes:
        config: what the workers work on; session, parent, threads and progress are filled in.
        show: draws the state; called several times a second.
        command: starts a worker; its one argument is added.
    """

    study: FerStudy
    config: WorkerConfig
    workers: int
    show: Show
    command: tuple[str, ...] = WORKER
    _signals: StopSignals = field(default_factory=StopSignals)
    _running: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _warnings: dict[int, WorkerWarnings] = field(default_factory=dict)
    _early_deaths: int = 0
    _kills: int = 0

    def run(self, command: str) -> None:
        """Run until the study starts no more trials and all that ran have ended.

        Args:
            command: what the user typed, for the study's record.

        Raises:
            Interrupted: a signal came; what ran can be resumed.
            FerError: too many failures in a row, workers that cannot start, a storage that was
                removed, or a fault of the machine.
        """
        session = begin_session(self.study, self.workers, command)
        self.config = dataclasses.replace(self.config, session=session, parent=os.getpid())
        self._kills = out_of_memory_kills()
        with self._signals:
            try:
                for slot in range(self.workers):
                    self._start(slot)
                self._watch(session)
            finally:
                self._stop_workers()
                with contextlib.suppress(*TRANSIENT_ERRORS):
                    self._heartbeat(session)
        self._check()
        self.study.opened.check_present()
        end = retry(lambda: ending(self.study), self._check)
        if end and end.failed:
            raise FerError(f"study {self.study.study_name}: {end.reason}")

    def progress(self) -> list[WorkerProgress]:
        """What the workers are doing."""
        progress = (read_progress(Path(self.config.folder), slot) for slot in sorted(self._running))
        return [each for each in progress if each is not None]

    def _check(self) -> None:
        self._signals.check(
            f"study {self.study.study_name}", "the same command goes on where it stopped"
        )

    def _start(self, slot: int) -> None:
        self._warnings[slot] = WorkerWarnings(self.config, slot)
        self._running[slot] = start_worker(
            self.study, self.config, slot, self.workers, self.command
        )

    def _watch(self, session: str) -> None:
        last_heartbeat = time.monotonic()
        while self._running and self._signals.received is None:
            for slot, worker in list(self._running.items()):
                ended = worker.poll() is not None
                self._warnings[slot].show()
                if ended:
                    del self._running[slot]
                    self._ended(slot, worker)
            # A storage that is unavailable for a moment ends no study: the next round retries.
            with contextlib.suppress(*TRANSIENT_ERRORS):
                if time.monotonic() - last_heartbeat > HEARTBEAT_SECONDS:
                    last_heartbeat = time.monotonic()
                    self._heartbeat(session)
                self._draw()
            time.sleep(POLL_SECONDS)

    def _heartbeat(self, session: str) -> None:
        self.study.opened.check_present()
        session_heartbeat(self.study, session)

    def _draw(self) -> None:
        try:
            self.show()
        except OSError:
            if self._signals.received is None:  # else the terminal was closed
                raise

    def _ended(self, slot: int, worker: "subprocess.Popen[bytes]") -> None:
        status = worker.returncode
        if status == 0:
            return
        if status == Interrupted.exit_status:
            self._signals.received = signal.SIGTERM  # who stops one worker stops the study
            return
        self.study.opened.check_present()
        if status == BadInput.exit_status:
            raise BadInput(last_line(self.config, slot))
        if status == MACHINE_FAULT_STATUS:
            raise FerError(
                f"study {self.study.study_name}: {last_line(self.config, slot)}; the same command "
                f"goes on once that is mended"
            )
        kills, killed = out_of_memory_kills(), status == -signal.SIGKILL
        out_of_memory = killed and kills > self._kills
        # Where the kernel counts its own kills, any other SIGKILL was somebody's.
        outside = killed and not out_of_memory and sys.platform == "linux"
        self._kills = kills
        cause = cause_of_death(status, out_of_memory=out_of_memory)
        session = self.config.session
        had_trial = retry(
            lambda: handle_worker_death(
                self.study,
                session,
                worker.pid,
                cause,
                out_of_memory=out_of_memory,
                outside=outside,
            ),
            self._check,
        )
        end = retry(lambda: ending(self.study), self._check)
        if had_trial:
            self._early_deaths = 0
        elif end is None and not outside:
            self._early_deaths += 1
        if self._early_deaths >= MAX_EARLY_DEATHS:
            raise FerError(
                f"{MAX_EARLY_DEATHS} workers in a row died before their first trial; the last "
                f"{cause}: {last_line(self.config, slot)}"
            )
        if end is None or not end.failed:
            self._start(slot)

    def _stop_workers(self) -> None:
        stop_workers(self._running.values())
        self._running.clear()
        for slot in range(self.workers):
            progress_path(Path(self.config.folder), slot).unlink(missing_ok=True)

"""The processes that train a confirmation's runs: started, restarted when they die, and stopped."""

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fer.cgroup import out_of_memory_kills
from fer.errors import BadInput, FerError, Interrupted
from fer.signals import StopSignals
from search.confirmation.plan import pending
from search.confirmation.record import Confirmation
from search.confirmation.store import read
from search.execution.worker import WorkerConfig
from search.execution.worker_process import (
    WorkerWarnings,
    cause_of_death,
    last_line,
    start_worker,
    stop_workers,
)
from search.execution.worker_progress import WorkerProgress, progress_path, read_progress
from search.storage.storage_retry import retry
from search.storage.study import FerStudy

WORKER = (sys.executable, "-m", "search.confirmation.worker")
POLL_SECONDS = 0.5
MAX_DEATHS = 3
"""Workers that died one after the other without a run that finished in between."""
MAX_IDLE = 20
"""Workers that found every run locked: after a kill, earlier ones need a step to stop."""

Show = Callable[[Confirmation, list[WorkerProgress]], None]


@dataclass
class Pool:
    """Runs up to ``workers`` processes until no run of the confirmation is left.

    Attributes:
        config: what the workers work on; parent, threads and progress are filled in.
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
    _finished: int = -1
    _deaths: int = 0
    _idle: int = 0
    _kills: int = 0

    def run(self) -> Confirmation:
        """Train all that is left; returns the confirmation.

        Raises:
            Interrupted: a signal came; what ran can be resumed.
            BadInput: a worker refused its input.
            FerError: workers die one after the other, or cannot take a run.
        """
        self.config = dataclasses.replace(self.config, parent=os.getpid())
        self._kills = out_of_memory_kills()
        with self._signals:
            try:
                return self._watch()
            finally:
                stop_workers(self._running.values())
                for slot in range(self.workers):
                    progress_path(self._folder, slot).unlink(missing_ok=True)

    @property
    def _folder(self) -> Path:
        return Path(self.config.folder)

    def _check(self) -> None:
        self._signals.check(
            f"study {self.study.study_name}", "the same command goes on where it stopped"
        )

    def _watch(self) -> Confirmation:
        while True:
            self._check()
            for slot, worker in list(self._running.items()):
                ended = worker.poll() is not None
                self._warnings[slot].show()
                if ended:
                    del self._running[slot]
                    self._ended(slot, worker)
            confirmation = self._read()
            left = len(pending(confirmation, self.study.definition))
            self.show(confirmation, self._progress())
            if not left and not self._running:
                return confirmation
            self._fill(left)
            time.sleep(POLL_SECONDS)

    def _read(self) -> Confirmation:
        confirmation = retry(lambda: read(self.study), self._check)
        assert confirmation is not None, "it has begun"
        finished = len(confirmation.folds) + len(confirmation.finals)
        if finished != self._finished:
            self._finished, self._deaths, self._idle = finished, 0, 0
        return confirmation

    def _fill(self, left: int) -> None:
        for slot in range(min(self.workers, left)):
            if len(self._running) < min(self.workers, left) and slot not in self._running:
                self._warnings[slot] = WorkerWarnings(self.config, slot)
                self._running[slot] = start_worker(
                    self.study, self.config, slot, self.workers, self.command
                )

    def _ended(self, slot: int, worker: "subprocess.Popen[bytes]") -> None:
        status = worker.returncode
        if status == 0:
            self._idle += not self._running
            if self._idle > MAX_IDLE:
                raise FerError(
                    f"{self._folder}: another process trains in its run folders: end it, or use "
                    f"another --out"
                )
            return
        if status == Interrupted.exit_status:
            self._check()
            raise Interrupted(
                f"study {self.study.study_name}: a worker was stopped; the same command goes on "
                f"where it stopped"
            )
        if status == BadInput.exit_status:
            raise BadInput(last_line(self.config, slot))
        kills = out_of_memory_kills()
        cause = cause_of_death(status, out_of_memory=kills > self._kills)
        self._kills = kills
        self._deaths += 1
        if self._deaths >= MAX_DEATHS:
            raise FerError(
                f"study {self.study.study_name}: {MAX_DEATHS} workers in a row died before a run "
                f"ended; the last {cause}: {last_line(self.config, slot)}"
            )

    def _progress(self) -> list[WorkerProgress]:
        progress = (read_progress(self._folder, slot) for slot in sorted(self._running))
        return [each for each in progress if each is not None]

"""A worker: one process that takes trials and trains them, one after the other."""

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fer.errors import FerError, Interrupted, MachineFault
from fer.exit_status import exit_status
from fer.process import end_process
from fer.signals import StopSignals

if TYPE_CHECKING:
    from fer.faces.types import Faces
    from search.execution.budget import Ending
    from search.execution.lease_keeper import LeaseKeeper
    from search.execution.leases import TrialLease
    from search.execution.trainer import Trainer
    from search.execution.worker_progress import ProgressFile
    from search.storage.study import FerStudy

HEARTBEAT_SECONDS = 5.0
"""How often a session records that it still runs; a power cut loses at most that of its hours."""

WAIT_SECONDS = 1.0
"""Between looks for a trial, where a round has to end before the next one begins."""
WAIT_CHECKS = 10

PARENT_SECONDS = 0.25
"""Between looks whether the supervisor is alive."""
STEP_SECONDS = 1.25
"""Time for a worker to stop at its next step after its supervisor died."""

MakeTrainer = Callable[[int], "Trainer"]
"""Makes a trainer for a number of threads."""

MACHINE_FAULT_STATUS = 74
"""Tells a supervisor to stop the study; EX_IOERR of sysexits.h."""

STORAGE_VARIABLE = "FER_STORAGE"
"""Carries the storage's URL: a command line would show its password to every user."""


@dataclass(frozen=True)
class WorkerConfig:
    """What a worker works on.

    Attributes:
        folder: the study's folder, which holds a run folder for each trial.
        session: empty for a worker on its own, which then begins a session itself.
        parent: its supervisor's process id; 0 for a worker on its own.
        progress: the file that tells the supervisor what it is doing; empty for one on its own.
    """

    study: str
    source: str
    folder: str
    threads: int
    session: str = ""
    parent: int = 0
    progress: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class WorkerStop:
    """Ends a worker at its next step, never inside a write.

    Where no step comes soon after its supervisor died, as while faces are read, the process ends
    as if killed: its last checkpoint stays, and nothing is left half-written.
    """

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._signals = StopSignals()
        self._signals.install()
        if parent:
            threading.Thread(target=self._end_with_parent, daemon=True).start()

    def check(self) -> None:
        """Raise if a signal came, or if the supervisor is gone.

        Raises:
            Interrupted: the trial can be resumed.
        """
        self._signals.check()
        if self._parent and os.getppid() != self._parent:
            raise Interrupted("the supervisor is gone")

    def _end_with_parent(self) -> None:
        while os.getppid() == self._parent:
            time.sleep(PARENT_SECONDS)
        time.sleep(STEP_SECONDS)
        os._exit(Interrupted.exit_status)


def work(
    config: WorkerConfig, storage_url: str, stop: WorkerStop, make_trainer: MakeTrainer
) -> None:
    """Take trials until the study starts no more.

    Raises:
        FerError: the study has failed, or its storage was removed.
        MachineFault: a disk is full, over quota or read-only; the trial can be resumed.
        Interrupted: a signal came; the trial can be resumed.
    """
    from search.execution.worker_progress import ProgressFile, ReportingTrainer

    alone = not config.session
    progress = ProgressFile(Path(config.progress) if config.progress else None)
    progress.phase("loading PyTorch")
    import optuna

    from search.execution.budget import only_failures
    from search.execution.lease_keeper import LeaseKeeper
    from search.storage.machine_faults import machine_fault
    from search.storage.sessions import begin_session, session_heartbeat
    from search.storage.storage import Storage
    from search.storage.storage_retry import TRANSIENT_ERRORS
    from search.storage.study import open_study

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    trainer = ReportingTrainer(make_trainer(config.threads), progress)
    stop.check()
    with Storage(storage_url, create=False) as storage:
        study = open_study(storage, config.study)
        progress.phase(f"loading faces from {Path(config.source).name}")
        faces = _load_faces(study, config.source)
        session = config.session or begin_session(study, 1, "fer search worker")
        last_heartbeat = time.monotonic()

        def check() -> None:
            nonlocal last_heartbeat
            stop.check()
            if time.monotonic() - last_heartbeat > HEARTBEAT_SECONDS:
                last_heartbeat = time.monotonic()
                storage.check_present()
                with contextlib.suppress(*TRANSIENT_ERRORS):
                    if alone:
                        session_heartbeat(study, session)

        stop.check()
        try:
            with LeaseKeeper(study) as keeper:
                end = _take_trials(study, faces, trainer, config, session, keeper, progress, check)
        except Exception as error:
            if fault := machine_fault(error):
                raise MachineFault(fault) from error
            raise
        if end and end.failed:
            raise FerError(f"study {study.study_name}: {end.reason}")
        if alone and (failed := only_failures(study.recipes())):
            raise FerError(f"study {study.study_name}: {failed}")


def _take_trials(
    study: "FerStudy",
    faces: "Faces",
    trainer: "Trainer",
    config: WorkerConfig,
    session: str,
    keeper: "LeaseKeeper",
    progress: "ProgressFile",
    check: Callable[[], None],
) -> "Ending | None":
    from search.execution import events
    from search.execution.budget import ending
    from search.execution.objective import run_trial
    from search.storage.machine_faults import machine_fault
    from search.storage.storage_retry import TRANSIENT_ERRORS, pause, reason, retry

    listeners = events.subscribe(study)
    alone, folder = not config.session, Path(config.folder)
    progress.phase("taking a trial")
    while lease := _next_lease(study, folder, session, keeper, progress, check):
        progress.phase(f"trial {lease.trial.number}")
        try:
            with keeper.holding(lease.fence):
                run_trial(lease, faces, trainer, listeners, check)
        except TRANSIENT_ERRORS as error:
            if machine_fault(error):
                raise
            print(f"fer: trial {lease.trial.number}: {reason(error)}", file=sys.stderr)
            pause(check)
        if alone:  # a supervisor does this itself, and no trial waits for it
            print(retry(partial(study.outcome, lease.trial), check), flush=True)
            listeners.tick()
        check()
    if alone:
        listeners.session_ended()
    return retry(lambda: ending(study), check)


def _next_lease(
    study: "FerStudy",
    folder: Path,
    session: str,
    keeper: "LeaseKeeper",
    progress: "ProgressFile",
    check: Callable[[], None],
) -> "TrialLease | None":
    """The next trial; waits while all that is left depends on trials of other workers.

    A study that has ended is left when each trial that still runs has shown a worker.
    """
    from search.execution.budget import ending
    from search.execution.leases import acquire_lease
    from search.storage.storage_retry import retry

    waits = False
    while True:
        lease = retry(lambda: acquire_lease(study, folder, session, keeper.watch), check)
        if lease is not None:
            return lease
        end, running = retry(lambda: (ending(study), study.running()), check)
        if end and all(map(keeper.watch.is_renewed, running)):
            return None
        if not waits:
            progress.phase("waiting for trials of other workers")
        waits = True
        for _ in range(WAIT_CHECKS):
            check()
            time.sleep(WAIT_SECONDS / WAIT_CHECKS)


def _load_faces(study: "FerStudy", source: str) -> "Faces":
    from fer.faces import load_faces, require_labels
    from search.storage.study_faces import check_data

    faces = load_faces(source, "train", study.definition.recipe.classes)
    require_labels(faces, source, "train")
    check_data(study, source, faces)
    return faces


def fer_trainer(threads: int) -> "Trainer":
    """The trainer that trains for real."""
    from search.execution.trainer import FerTrainer

    return FerTrainer(threads)


def main(arguments: list[str], make_trainer: MakeTrainer = fer_trainer) -> int:
    """Run as a supervisor's child; returns the exit status."""
    config = WorkerConfig(**json.loads(arguments[0]))
    stop = WorkerStop(config.parent)

    def run() -> None:
        try:
            work(config, os.environ[STORAGE_VARIABLE], stop, make_trainer)
        except MachineFault as fault:
            fault.exit_status = MACHINE_FAULT_STATUS
            raise

    return exit_status(run)


if __name__ == "__main__":
    end_process(main(sys.argv[1:]))

"""A worker of a confirmation: one process that trains the runs that are left, one after another.

It takes a run by locking its folder, and records it when it has finished. Killed at any moment, it
leaves a checkpoint from which the next worker goes on.
"""

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from fer.errors import Diverged
from fer.exit_status import exit_status
from fer.process import end_process
from search.execution.worker import (
    STORAGE_VARIABLE,
    MakeTrainer,
    WorkerConfig,
    WorkerStop,
    fer_trainer,
)

if TYPE_CHECKING:
    from fer.faces.types import Faces
    from fer.history import Epoch
    from search.confirmation.plan import PlannedRun
    from search.confirmation.record import FinalRun, FoldRun
    from search.execution.trainer import Trainer
    from search.storage.study import FerStudy


def work(
    config: WorkerConfig, storage_url: str, stop: WorkerStop, make_trainer: MakeTrainer
) -> None:
    """Train runs until none is left that no other worker trains.

    Raises:
        Interrupted: a signal came, or the parent is gone; the run can be resumed.
        BadInput: a run folder holds a run of another study.
    """
    from search.execution.worker_progress import ProgressFile, ReportingTrainer

    progress = ProgressFile(Path(config.progress) if config.progress else None)
    progress.phase("loading PyTorch")
    import optuna

    from fer.faces import load_faces
    from search.storage.storage import Storage
    from search.storage.storage_retry import retry
    from search.storage.study import open_study

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    trainer = ReportingTrainer(make_trainer(config.threads), progress)
    stop.check()
    with Storage(storage_url, create=False) as storage:
        study = open_study(storage, config.study)
        progress.phase(f"loading faces from {Path(config.source).name}")
        faces = load_faces(config.source, "train", study.definition.recipe.classes)
        while taken := retry(partial(_take, study), stop.check):
            planned, run, lock = taken
            with lock:
                progress.phase(str(planned))
                _train(study, planned, run, faces, trainer, stop.check)
            stop.check()


def _take(study: "FerStudy") -> "tuple[PlannedRun, Path, IO[str]] | None":
    """The first run that has not finished and that no other worker trains, and its lock."""
    from search.confirmation.plan import pending
    from search.confirmation.store import read
    from search.execution.run_folder import lock_run

    confirmation = read(study)
    assert confirmation is not None, "it has begun"
    for planned in pending(confirmation, study.definition):
        run = confirmation.folder / planned.run
        run.mkdir(parents=True, exist_ok=True)
        lock = lock_run(run)
        if lock is None:
            continue
        # Another worker may have finished it since the record was read.
        now = read(study)
        if now is not None and planned in pending(now, study.definition):
            return planned, run, lock
        lock.close()
    return None


def _train(
    study: "FerStudy",
    planned: "PlannedRun",
    run: Path,
    faces: "Faces",
    trainer: "Trainer",
    check: Callable[[], None],
) -> None:
    from search.confirmation.choice import with_run
    from search.confirmation.store import update
    from search.storage.storage_retry import retry

    reason = ""
    try:
        history = trainer.train(
            planned.recipe, faces, run, lambda epoch: None, lambda step, steps: check()
        )
    except Diverged as error:
        history, reason = trainer.past(planned.recipe, faces, run), f"Diverged: {error}"
    record = _record(planned, history, faces, reason)
    retry(lambda: update(study, lambda stands: with_run(stands, record)), check)


def _record(
    planned: "PlannedRun", history: "tuple[Epoch, ...]", faces: "Faces", reason: str
) -> "FoldRun | FinalRun":
    from fer.clock import utc_now
    from fer.faces import hold_out
    from search.confirmation.record import FinalRun, FoldRun

    recipe = planned.recipe
    common: dict[str, Any] = {
        "candidate": planned.candidate,
        "seed": recipe.seed,
        "run": planned.run,
        "epochs": len(history),
        "seconds": round(sum(epoch.seconds for epoch in history), 3),
        "finished": utc_now(),
        "reason": reason,
    }
    if planned.kind == "seed":
        return FinalRun(number=planned.number, **common)
    _, held_out = hold_out(faces, recipe.validation, recipe.split_seed)
    return FoldRun(
        fold=planned.number,
        split_seed=recipe.split_seed,
        accuracy=None if reason else history[-1].validation_accuracy,
        n=len(held_out),
        **common,
    )


def main(arguments: list[str], make_trainer: MakeTrainer = fer_trainer) -> int:
    """Run as a child of ``fer search confirm``; returns the exit status."""
    config = WorkerConfig(**json.loads(arguments[0]))
    stop = WorkerStop(config.parent)
    return exit_status(lambda: work(config, os.environ[STORAGE_VARIABLE], stop, make_trainer))


if __name__ == "__main__":
    end_process(main(sys.argv[1:]))

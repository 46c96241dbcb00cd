"""A trial's run folder, and the lock that shows whether the trial's worker is alive."""

import itertools
from pathlib import Path
from typing import IO

from optuna.trial import FrozenTrial

from fer.errors import BadInput
from search.storage.attributes import attributes_of
from search.storage.file_lock import try_lock

LOCK = "worker.lock"


def lock_run(run: Path) -> IO[str] | None:
    """Lock a run folder for as long as the file stays open; None if another process holds it."""
    return try_lock(run / LOCK)


def find_run(trial: FrozenTrial, folder: Path) -> Path:
    """Where a trial began, or its place in the study's folder, if that was moved meanwhile."""
    began = attributes_of(trial).run
    if began is not None and began.is_absolute() and began.is_dir():
        return began
    return (folder / str(trial.number)).absolute()


def make_run(folder: Path, number: int) -> tuple[Path, IO[str]]:
    """An empty and locked run folder for a trial; one that is left of another study is renamed.

    To be called under the storage's lock.

    Raises:
        BadInput: a study in another storage trains in it.
    """
    run = (folder / str(number)).absolute()
    run.mkdir(parents=True, exist_ok=True)
    lock = lock_run(run)
    if lock is None:
        raise BadInput(
            f"{run}: a study of the same name in another storage trains there: use another --out"
        )
    if any(path.name != LOCK for path in run.iterdir()):
        lock.close()
        run.rename(unused_name(run))
        run.mkdir()
        lock = lock_run(run)
        assert lock is not None, "trials start under the storage's lock"
    return run, lock


def unused_name(run: Path) -> Path:
    """``RUN.old-1`` or the first such name that is not taken."""
    names = (run.with_name(f"{run.name}.old-{count}") for count in itertools.count(1))
    return next(name for name in names if not name.exists())

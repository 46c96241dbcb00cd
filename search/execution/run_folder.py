"""A trial's run folder, and the lock in it, which tells on one machine whether a worker is alive.

The lock's file holds the name of the attempt that has it. Whoever takes a trial over puts a new
file in its place: a worker that still holds the old one finds that out by the file alone.
"""

import enum
import itertools
import os
import tempfile
from pathlib import Path
from typing import IO

from optuna.trial import FrozenTrial

from fer.errors import BadInput
from search.storage.attributes import attributes_of
from search.storage.file_lock import try_lock

LOCK = "worker.lock"


class LockState(enum.Enum):
    """The lock of an attempt: held by a living process, free, or another one's or gone."""

    HELD = enum.auto()
    FREE = enum.auto()
    GONE = enum.auto()


def lock_run(run: Path) -> IO[str] | None:
    """Lock a run folder for as long as the file stays open; None if another process holds it."""
    return try_lock(run / LOCK)


def replace_lock(run: Path, attempt: str) -> IO[str]:
    """A lock for an attempt, in place of any before; to be called under the storage's lock."""
    handle, temporary = tempfile.mkstemp(dir=run, prefix=f".{LOCK}.", suffix=".tmp", text=True)
    os.write(handle, attempt.encode())
    os.close(handle)
    lock = try_lock(Path(temporary))
    assert lock is not None, "nobody else knows the file"
    os.replace(temporary, run / LOCK)
    return lock


def holds_lock(run: Path, lock: IO[str]) -> bool:
    """Whether a lock is the one that stands in the run folder."""
    try:
        return os.path.samestat(os.fstat(lock.fileno()), os.stat(run / LOCK))
    except FileNotFoundError:
        return False


def lock_state(run: Path, attempt: str) -> LockState:
    """The lock of an attempt, as processes of its machine see it."""
    try:
        if (run / LOCK).read_text(encoding="utf-8") != attempt:
            return LockState.GONE
    except FileNotFoundError:
        return LockState.GONE
    lock = lock_run(run)
    if lock is None:
        return LockState.HELD
    lock.close()
    return LockState.FREE


def find_run(trial: FrozenTrial, folder: Path) -> Path:
    """Where a trial began, or its place in the study's folder, if that was moved meanwhile."""
    began = attributes_of(trial).run
    if began is not None and began.is_absolute() and began.is_dir():
        return began
    return (folder / str(trial.number)).absolute()


def make_run(folder: Path, number: int, attempt: str) -> tuple[Path, IO[str]]:
    """An empty and locked run folder for a trial; one that is left of another study is renamed.

    To be called under the storage's lock.

    Raises:
        BadInput: a study in another storage trains in it.
    """
    run = (folder / str(number)).absolute()
    run.mkdir(parents=True, exist_ok=True)
    before = lock_run(run)
    if before is None:
        raise BadInput(
            f"{run}: a study of the same name in another storage trains there: use another --out"
        )
    with before:
        if any(path.name != LOCK for path in run.iterdir()):
            run.rename(unused_name(run))
            run.mkdir()
        return run, replace_lock(run, attempt)


def unused_name(run: Path) -> Path:
    """``RUN.old-1`` or the first such name that is not taken."""
    names = (run.with_name(f"{run.name}.old-{count}") for count in itertools.count(1))
    return next(name for name in names if not name.exists())

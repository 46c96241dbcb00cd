"""Locks on files that the kernel releases when their process dies, however it dies.

Fifteen lines of ``flock`` rather than the package filelock: that one falls back to lock files that
a killed process leaves behind.
"""

import contextlib
import fcntl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fer.errors import BadInput

TIMEOUT_SECONDS = 600


def try_lock(path: Path) -> IO[str] | None:
    """Lock a file for as long as it stays open; None if another process holds the lock."""
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


@contextlib.contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file.

    Raises:
        BadInput: another process has held it for ten minutes.
    """
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while (file := try_lock(path)) is None:
        if time.monotonic() > deadline:
            raise BadInput(f"{path}: locked by another process for {TIMEOUT_SECONDS // 60} minutes")
        time.sleep(0.01)
    with file:
        yield

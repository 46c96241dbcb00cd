"""A journal: a file of one JSON object a line, for network drives on which SQLite is unsafe."""

import contextlib
import os
from pathlib import Path

from optuna.storages import BaseStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

from search.storage.backends.base import FileBackend
from search.storage.file_lock import file_lock


class Journal(FileBackend):
    """``journal:///FILE``."""

    endings = (".journal", ".log")

    def open(self) -> BaseStorage:
        path = str(self.local)
        return JournalStorage(JournalFileBackend(path, lock_obj=_JournalLock(path)))

    def close(self) -> None:
        """Do nothing: no file stays open between calls."""


class _JournalLock(JournalFileOpenLock):
    """A journal lock that ends with its process; Optuna's own are files that stay behind."""

    def __init__(self, path: str) -> None:
        self._journal = Path(path)
        self._lock = Path(f"{path}.write.lock")
        self._stack = contextlib.ExitStack()

    def acquire(self) -> bool:
        self._stack.enter_context(file_lock(self._lock))
        _repair_journal(self._journal)
        return True

    def release(self) -> None:
        self._stack.close()


def _repair_journal(path: Path) -> None:
    """Cut off the incomplete line that a process killed while writing left.

    With another line after it, the journal could not be read any more.
    """
    with path.open("rb+") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)

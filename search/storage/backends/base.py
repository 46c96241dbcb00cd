"""What every kind of storage provides: Optuna's storage, and a lock that all processes share."""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from optuna.storages import BaseStorage
from sqlalchemy.engine import URL

from fer.errors import BadInput
from search.storage.file_lock import file_lock, try_lock


class Backend(ABC):
    """One kind of storage at one URL.

    Attributes:
        url: complete, with an absolute path or a driver; may hold a password.
        endings: the endings of file names that mean this kind where no scheme is given.
        local: the file that holds the storage; None for a server.
    """

    endings: ClassVar[tuple[str, ...]] = ()
    url: URL
    local: Path | None = None

    @abstractmethod
    def __init__(self, url: URL) -> None:
        """Check the URL.

        Raises:
            BadInput: it is incomplete, or what it needs is not installed.
        """

    @abstractmethod
    def open(self) -> BaseStorage:
        """Open it, and create it if it is new. To be called under ``lock``."""

    @abstractmethod
    def lock(self) -> contextlib.AbstractContextManager[None]:
        """A lock that one process holds at a time; it ends with the process that holds it."""

    @abstractmethod
    def try_lock(self, name: str) -> contextlib.AbstractContextManager[bool]:
        """Another lock of this storage, by its name, unless a process holds it: then False."""

    @abstractmethod
    def close(self) -> None:
        """Close its connections. It opens new ones if it is used again."""


class FileBackend(Backend):
    """A storage in a file, whose lock is a file beside it."""

    local: Path

    def __init__(self, url: URL) -> None:
        scheme = url.drivername.partition("+")[0]
        if not url.database or url.database == ":memory:":
            raise BadInput(f"--storage {scheme}: expected a file, as in {scheme}:///runs/studies")
        self.local = Path(url.database).absolute()
        self.url = url.set(drivername=scheme, database=str(self.local))

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        with file_lock(Path(f"{self.local}.lock")):
            yield

    @contextlib.contextmanager
    def try_lock(self, name: str) -> Iterator[bool]:
        file = try_lock(Path(f"{self.local}.{name}.lock"))
        with file or contextlib.nullcontext():
            yield file is not None

"""An opened storage of studies, safe to be opened and used by many processes at once."""

import contextlib
import os
from pathlib import Path

import optuna
import sqlalchemy

from fer.errors import BadInput, FerError
from search.storage.backends import find_backend
from search.storage.passwords import hide_in_message, hide_password
from search.storage.storage_retry import TRANSIENT_ERRORS, reason


class MissingStorageError(BadInput):
    """A storage in a file that does not exist, and is not to be created."""


class Storage:
    """An opened storage, and the lock under which its studies are made and its trials leased.

    Attributes:
        optuna: Optuna's storage.
        url: where it is; may hold a password.
        shown: the same for a message, without the password; of a copy, its original.
        local: the file that holds it; None for a server.
        is_copy: whether it is a temporary copy of an exported study.
        folder: where the run folders of an exported study are, which it stores as relative paths.
    """

    def __init__(self, url: str, *, create: bool = True, copy_of: Path | None = None) -> None:
        """Open the storage; create it if it is new and ``create`` is set.

        Args:
            copy_of: the file of which this is a temporary copy.

        Raises:
            BadInput: not a storage URL, its driver is not installed, or it cannot be opened.
            MissingStorageError: a file that does not exist and is not to be created.
        """
        self._kind = find_backend(url)
        self.url = self._kind.url
        self.shown = str(copy_of or hide_password(self.url.render_as_string(hide_password=False)))
        self.local = self._kind.local
        self.is_copy = copy_of is not None
        original = copy_of or self.local
        self.folder = original.parent.absolute() if original is not None else Path()
        if self.local is not None and not create and not self.local.is_file():
            raise MissingStorageError(f"--storage {self.shown}: no such file")
        try:
            if self.local is not None:
                self.local.parent.mkdir(parents=True, exist_ok=True)
            # Two processes that make the schema of an empty database at once: one crashes.
            with self.lock():
                self.optuna = self._kind.open()
            self._file = os.stat(self.local) if self.local and self._has_file() else None
        except (OSError, sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.OptunaError) as error:
            cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            cause = hide_in_message(cause, self.url)
            raise BadInput(f"--storage {self.shown}: cannot be opened: {cause}") from error

    def __enter__(self) -> "Storage":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Close it; an error of the database becomes one that a user can understand."""
        self.close()
        if isinstance(error, TRANSIENT_ERRORS):
            cause = hide_in_message(reason(error), self.url)
            raise FerError(f"--storage {self.shown}: {cause}") from error

    def check_present(self) -> None:
        """Check that the file that was opened is still there: writes to it would be lost.

        Raises:
            FerError: it was removed or replaced.
        """
        if self.local is None or self._file is None:
            return
        if not self._has_file() or not os.path.samestat(self._file, os.stat(self.local)):
            raise FerError(f"--storage {self.shown}: was removed or replaced while it was in use")

    def _has_file(self) -> bool:
        return self.local is not None and self.local.is_file()

    def close(self) -> None:
        """Close its connections. It opens new ones if it is used again."""
        self._kind.close()

    def lock(self) -> contextlib.AbstractContextManager[None]:
        """The storage's lock: one process holds it at a time, and it ends with that process."""
        return self._kind.lock()

    def try_lock(self, name: str) -> contextlib.AbstractContextManager[bool]:
        """Another lock, by its name; False where a process holds it. It ends with the process."""
        return self._kind.try_lock(name)

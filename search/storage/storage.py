"""Where studies are kept: SQLite, PostgreSQL or a journal file, opened safely by many processes."""

import contextlib
import contextvars
import fcntl
import hashlib
import importlib.util
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy
from optuna.storages import BaseStorage, JournalStorage, RDBStorage, get_storage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from sqlalchemy.engine import URL, Engine, make_url

from fer.errors import BadInput, FerError
from search.storage.storage_retry import TRANSIENT_ERRORS, reason

BUSY_SECONDS = 120
"""How long a writer waits for its turn."""

_POSTGRES_SCHEMA_LOCK = 0x666572
LOCK_TIMEOUT_SECONDS = 600


class MissingStorageError(BadInput):
    """A storage in a file that is not there, and is not to be created."""


class Storage:
    """An opened storage, and the lock under which its studies and trials are handed out."""

    def __init__(self, url: str, *, create: bool = True) -> None:
        """Open the storage, and create it if it is new and may be.

        Raises:
            BadInput: not a storage URL, its driver is not installed, or it cannot be opened.
            MissingStorageError: a file that is not there and is not to be created.
        """
        self.url = _parse(url)
        self.shown = self.url.render_as_string(hide_password=True)
        self._database: RDBStorage | None = None
        if self.url.drivername == "postgresql+psycopg":
            self._lock_engine: Engine | None = sqlalchemy.create_engine(
                self.url, poolclass=sqlalchemy.pool.NullPool
            )
        else:
            self._lock_engine = None
            if not create and not Path(str(self.url.database)).is_file():
                raise MissingStorageError(f"--storage {self.shown}: no such file")
        try:
            if self._lock_engine is None:
                Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            # Two processes that make the schema of an empty database at once: one crashes.
            with self.lock():
                self.optuna = self._open()
        except (OSError, sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.OptunaError) as error:
            said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise BadInput(f"--storage {self.shown}: cannot be opened: {said}") from error

    def _open(self) -> BaseStorage:
        if self.url.drivername == "journal":
            path = str(self.url.database)
            return JournalStorage(JournalFileBackend(path, lock_obj=_JournalLock(path)))
        # Optuna fills {SCHEMA_VERSION} in its URL, so braces must be doubled.
        url = self.url.render_as_string(hide_password=False)
        url = url.replace("{", "{{").replace("}", "}}")
        options: dict[str, Any] = {"pool_pre_ping": True}
        if self.url.drivername == "sqlite":
            options = {"connect_args": {"timeout": BUSY_SECONDS}}
        storage = RDBStorage(url, engine_kwargs=options)
        if self.url.drivername == "sqlite":
            _take_turns(storage.engine)
        self._database = storage
        return get_storage(storage)

    def __enter__(self) -> "Storage":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Close it; an error of the database becomes one that a user can understand."""
        self.close()
        if isinstance(error, TRANSIENT_ERRORS):
            raise FerError(f"--storage {self.shown}: {reason(error)}") from error

    def close(self) -> None:
        """Close its connections. It opens new ones if it is used again."""
        if self._database is not None:
            self._database.remove_session()
            self._database.engine.dispose()

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the storage's lock: one process at a time, and a killed one lets go."""
        if self._lock_engine is None:
            with file_lock(Path(f"{self.url.database}.lock")):
                yield
            return
        with self._lock_engine.connect() as connection:
            connection.execute(
                sqlalchemy.select(sqlalchemy.func.pg_advisory_lock(self._lock_key()))
            )
            yield

    def _lock_key(self) -> int:
        digest = hashlib.sha256(str(self.url.database).encode()).digest()
        return _POSTGRES_SCHEMA_LOCK << 32 | int.from_bytes(digest[:4], "big")


@contextlib.contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold an exclusive ``flock``, which the kernel releases if the process dies.

    Raises:
        BadInput: another process has held it for ten minutes.
    """
    with path.open("a") as file:
        deadline = time.monotonic() + LOCK_TIMEOUT_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise BadInput(f"{path}: another process holds it") from None
                time.sleep(0.01)
        yield


def hide_passwords(text: str) -> str:
    """Replace the password of every URL in a text by ``***``."""
    return re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:***@", text)


def _parse(url: str) -> URL:
    if "://" not in url:
        scheme = "journal" if url.endswith((".journal", ".log")) else "sqlite"
        url = f"{scheme}:///{Path(url).absolute()}"
    try:
        parsed = make_url(url)
    except sqlalchemy.exc.ArgumentError as error:
        # The URL itself may hold a password, so it is not shown.
        raise BadInput("--storage: not a URL such as sqlite:///runs/studies.db") from error
    backend = parsed.get_backend_name() if parsed.drivername != "journal" else "journal"
    if backend in ("sqlite", "journal"):
        if not parsed.database or parsed.database == ":memory:":
            raise BadInput(f"--storage {backend}: expected a file, as in {backend}:///runs/studies")
        return parsed.set(drivername=backend, database=str(Path(parsed.database).absolute()))
    if backend == "postgresql":
        if importlib.util.find_spec("psycopg") is None:
            raise BadInput(
                "--storage postgresql: needs psycopg: pip install 'fer-search[postgres]'"
            )
        return parsed.set(drivername="postgresql+psycopg")
    raise BadInput(f"--storage {backend}: expected sqlite, postgresql or journal")


_only_reads = contextvars.ContextVar("only_reads", default=False)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Let the transactions within take no write lock: in WAL such a reader holds up no writer."""
    token = _only_reads.set(True)
    try:
        yield
    finally:
        _only_reads.reset(token)


class _JournalLock(JournalFileOpenLock):
    """A journal lock that dies with its process; Optuna's own are files that stay behind."""

    def __init__(self, path: str) -> None:
        self._journal = Path(path)
        self._lock = Path(f"{path}.write.lock")
        self._stack = contextlib.ExitStack()

    def acquire(self) -> bool:
        self._stack.enter_context(file_lock(self._lock))
        _mend_journal(self._journal)
        return True

    def release(self) -> None:
        self._stack.close()


def _mend_journal(path: Path) -> None:
    """Cut off the half line that a process killed while writing left.

    With another line behind it, the journal could not be read any more.
    """
    with path.open("rb+") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)


def _take_turns(engine: Engine) -> None:
    """WAL, and transactions that take the write lock when they begin.

    Optuna reads and then writes in one transaction. Deferred, three workers popped 60 enqueued
    trials 69 to 76 times; with BEGIN IMMEDIATE exactly 60. To be called when the schema is there:
    Optuna makes and checks it with one transaction inside another.
    """

    @sqlalchemy.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # sqlite3 emits no BEGIN of its own
        connection.execute("PRAGMA journal_mode=WAL")
        # In WAL a killed process loses nothing by this; a power cut may lose the last commits.
        connection.execute("PRAGMA synchronous=NORMAL")

    @sqlalchemy.event.listens_for(engine, "begin")
    def _begin(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql("BEGIN" if _only_reads.get() else "BEGIN IMMEDIATE")

    engine.dispose()  # connections made before do not know of this

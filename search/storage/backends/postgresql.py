"""PostgreSQL: a server for the workers of many machines."""

import contextlib
import hashlib
import importlib.util
from collections.abc import Iterator

import sqlalchemy
from optuna.storages import BaseStorage, RDBStorage
from sqlalchemy.engine import URL

from fer.errors import BadInput
from search.storage.backends.base import Backend
from search.storage.backends.database import close_database, open_database

_LOCK_PREFIX = 0x666572


class Postgresql(Backend):
    """``postgresql://USER@HOST/DATABASE``."""

    def __init__(self, url: URL) -> None:
        if importlib.util.find_spec("psycopg") is None:
            raise BadInput(
                "--storage postgresql: needs psycopg: pip install 'fer-search[postgres]'"
            )
        if _is_split_wrongly(url):
            raise BadInput(
                "--storage postgresql: a user or password with an unescaped character: write @ as "
                "%40, : as %3A, / as %2F, ? as %3F and & as %26"
            )
        self.url = url.set(drivername="postgresql+psycopg")
        self._database: RDBStorage | None = None
        self._lock_engine = sqlalchemy.create_engine(self.url, poolclass=sqlalchemy.pool.NullPool)

    def open(self) -> BaseStorage:
        self._database, storage = open_database(self.url, {"pool_pre_ping": True})
        return storage

    def close(self) -> None:
        close_database(self._database)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        # An advisory lock of a connection of its own: it ends with the connection.
        with self._lock_engine.connect() as connection:
            connection.execute(
                sqlalchemy.select(sqlalchemy.func.pg_advisory_lock(self._lock_key()))
            )
            yield

    @contextlib.contextmanager
    def try_lock(self, name: str) -> Iterator[bool]:
        with self._lock_engine.connect() as connection:
            taken = sqlalchemy.func.pg_try_advisory_lock(self._lock_key(f"/{name}"))
            yield bool(connection.scalar(sqlalchemy.select(taken)))

    def _lock_key(self, name: str = "") -> int:
        digest = hashlib.sha256(f"{self.url.database}{name}".encode()).digest()
        return _LOCK_PREFIX << 32 | int.from_bytes(digest[:4], "big")


def _is_split_wrongly(url: URL) -> bool:
    """Whether a part of the user or password stands in another part of the URL."""
    in_host = set("@&=") & set(url.host or "")
    in_user = "?" in (url.username or "")
    return bool(in_host or in_user or {"@", ":"} <= set(url.database or ""))

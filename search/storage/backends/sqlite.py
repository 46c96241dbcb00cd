"""SQLite: a file for the workers of one machine."""

from typing import Any

import sqlalchemy
from optuna.storages import BaseStorage, RDBStorage
from sqlalchemy.engine import URL, Engine

from search.storage.backends.base import FileBackend
from search.storage.backends.database import close_database, open_database
from search.storage.reading import reads_only

BUSY_SECONDS = 120
"""How long a writer waits for its turn."""


class Sqlite(FileBackend):
    """``sqlite:///FILE``."""

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self._database: RDBStorage | None = None

    def open(self) -> BaseStorage:
        self._database, storage = open_database(
            self.url, {"connect_args": {"timeout": BUSY_SECONDS}}
        )
        _begin_immediate(self._database.engine)
        return storage

    def close(self) -> None:
        close_database(self._database)


def _begin_immediate(engine: Engine) -> None:
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
        connection.exec_driver_sql("BEGIN" if reads_only() else "BEGIN IMMEDIATE")

    engine.dispose()  # connections made before do not know of this

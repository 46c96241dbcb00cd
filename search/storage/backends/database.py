"""What SQLite and PostgreSQL share: Optuna's storage in a database, and the handle to close it."""

from typing import Any

from optuna.storages import BaseStorage, RDBStorage, get_storage
from sqlalchemy.engine import URL

from search.storage.backends.trials_database import TrialsDatabase


def open_database(url: URL, engine_options: dict[str, Any]) -> tuple[RDBStorage, BaseStorage]:
    """Open a database; returns its handle, and the cached storage that a study uses."""
    # Optuna fills {SCHEMA_VERSION} in its URL, so braces must be doubled.
    text = url.render_as_string(hide_password=False).replace("{", "{{").replace("}", "}}")
    database = TrialsDatabase(text, engine_kwargs=engine_options)
    return database, get_storage(database)


def close_database(database: RDBStorage | None) -> None:
    """Close a database's connections, if it was opened."""
    if database is not None:
        database.remove_session()
        database.engine.dispose()

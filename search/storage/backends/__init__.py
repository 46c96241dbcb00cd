"""Kinds of storages. A new one is a file in this folder and a line in ``BACKENDS``."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import sqlalchemy
from sqlalchemy.engine import make_url

from fer.errors import BadInput
from search.storage.backends.base import Backend

BACKENDS: dict[str, str] = {
    "sqlite": "search.storage.backends.sqlite:Sqlite",
    "postgresql": "search.storage.backends.postgresql:Postgresql",
    "journal": "search.storage.backends.journal:Journal",
}
"""The schemes of ``--storage URL``, and where the class of each is: ``module:class``."""

_KEYWORDS = re.compile(r"\b(host|user|password|dbname)\s*=")


def find_backend(text: str) -> Backend:
    """The storage that a URL, or a file's path, stands for. Opens nothing.

    Raises:
        BadInput: not a URL, an unknown scheme, or a driver that is not installed.
    """
    if "://" not in text:
        if _KEYWORDS.search(text):
            raise BadInput(
                "--storage: libpq keywords: expected a URL such as postgresql://USER@HOST/DATABASE"
            )
        text = f"{_scheme_of(text)}:///{Path(text).absolute()}"
    try:
        url = make_url(text)
    except (sqlalchemy.exc.ArgumentError, ValueError) as error:  # ValueError: a port
        # The URL itself may hold a password, so it is not shown.
        raise BadInput("--storage: not a URL such as sqlite:///runs/studies.db") from error
    scheme = url.drivername.partition("+")[0]
    if scheme not in BACKENDS:
        *others, last = BACKENDS
        raise BadInput(f"--storage {scheme}: must be {', '.join(others)} or {last}")
    return _load(scheme)(url)


def _scheme_of(path: str) -> str:
    for scheme, backend in _all():
        if path.endswith(backend.endings):
            return scheme
    return "sqlite"


def _all() -> Iterator[tuple[str, type[Backend]]]:
    return ((scheme, _load(scheme)) for scheme in BACKENDS)


def _load(scheme: str) -> type[Backend]:
    module, _, name = BACKENDS[scheme].partition(":")
    backend: type[Backend] = getattr(import_module(module), name)
    return backend

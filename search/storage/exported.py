"""Exported studies, such as the finished ones that ship: folders that are read and never written.

Optuna and its dashboard write to what they open, so they get a temporary copy.
"""

import contextlib
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from fer.errors import BadInput
from search.storage import DEFAULT_STORAGE
from search.storage.storage import MissingStorageError, Storage
from search.storage.study import is_begun

DATABASE = "study.db"
RUNS = "runs"
SHIPPED = Path(str(files("studies"))) / "results"


def exported_studies(folder: Path) -> list[str]:
    """The names of the studies in a folder's ``study.db``; empty if there is none."""
    url = f"{(folder / DATABASE).absolute().as_uri()}?mode=ro&immutable=1"
    with (
        contextlib.suppress(sqlite3.DatabaseError),
        contextlib.closing(sqlite3.connect(url, uri=True)) as database,
    ):
        return [name for (name,) in database.execute("SELECT study_name FROM studies")]
    return []


def shipped_finished() -> list[str]:
    """The names of the studies that ship with their trials."""
    folders = sorted(path.parent for path in SHIPPED.glob(f"*/{DATABASE}"))
    return [folder.name for folder in folders if folder.name in exported_studies(folder)]


@contextlib.contextmanager
def open_to_read(url: str | None, name: str | None) -> Iterator[Storage]:
    """Open the storage of a study for a command that only reads.

    Args:
        url: a storage, or the folder of an exported study. None: the default storage where it has
            the study, or else the finished study of this name that ships.
        name: of the study; None for whichever the storage has.

    Raises:
        BadInput: it cannot be opened, or there is no such storage.
    """
    if url is not None:
        folder = _exported_folder(url)
    else:
        url = DEFAULT_STORAGE
        folder = _shipped_instead(name)
    with _open_copy(folder) if folder else open_existing(url, name) as storage:
        yield storage


def _exported_folder(url: str) -> Path | None:
    """The folder of an exported study that a storage names, or whose database it names."""
    path = Path(url.removeprefix("sqlite:///"))
    if (path / DATABASE).is_file():
        return path
    if path.name != DATABASE or not path.is_file():
        return None
    with path.open("rb") as file:
        header = file.read(20)
    # A working storage has a write-ahead log, and is read where it is.
    return path.parent if header[18:] == b"\1\1" else None


def _shipped_instead(name: str | None) -> Path | None:
    if name is None or is_begun(DEFAULT_STORAGE, name) or name not in shipped_finished():
        return None
    folder = SHIPPED / name
    print(
        f"fer: study {name}: not in {DEFAULT_STORAGE.partition(':///')[2]}, so this reads the "
        f"finished one that ships, {_shown(folder / DATABASE)}; begin your own with "
        f"`fer search run {name} --data SOURCE`",
        file=sys.stderr,
    )
    return folder


def open_existing(url: str, name: str | None) -> Storage:
    """Open a storage that is there, for a study of it.

    Raises:
        BadInput: it cannot be opened, or there is no such storage.
    """
    try:
        return Storage(url, create=False)
    except MissingStorageError as error:
        begin = f"begin one with `fer search run {name or 'quick'} --data SOURCE`"
        if name is None and (shipped := shipped_finished()):
            begin += f", or name the finished study that ships: {', '.join(shipped)}"
        raise BadInput(f"{error}: {begin}") from error


@contextlib.contextmanager
def _open_copy(folder: Path) -> Iterator[Storage]:
    with tempfile.TemporaryDirectory(prefix="fer-study-") as temporary:
        copy = Path(temporary) / DATABASE
        shutil.copyfile(folder / DATABASE, copy)
        with contextlib.suppress(FileNotFoundError):  # of one that was opened as a storage
            shutil.copyfile(folder / f"{DATABASE}-wal", f"{copy}-wal")
        original = folder / DATABASE
        with Storage(f"sqlite:///{copy}", create=False, copy_of=original) as storage:
            yield storage


def _shown(path: Path) -> str:
    """Relative where it is below the working directory."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative

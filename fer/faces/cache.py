"""Cache prepared sources under a key of their content; each is written whole or not at all."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer import digest
from fer.cache_folder import cache_folder
from fer.errors import BadInput, FerError
from fer.faces.fer2013 import is_fer2013, remember
from fer.faces.notes import Notes
from fer.faces.prepared import UNLABELLED, Prepared, PreparedSplit
from fer.faces.sources import Kind, SourceFile
from fer.faces.types import SIZE
from fer.files import write_atomically, write_text
from fer.progress import track
from fer.recipe import EXPRESSIONS

VERSION = 4
"""Of the layout and of what is read; what another version prepared is prepared again."""
SPLITS = "splits.json"
"""The names of the splits, and the digests of the other files; before version 4 the names alone."""
NOTES = "notes.json"
ARRAYS = ("images", "labels", "ids")
USAGES = "usages"
"""Only of a split in which an image has one."""


def prepare_once(source: Path, kind: Kind, read: Callable[[], Prepared]) -> "PreparedFolder":
    """Open a prepared source; read and write it first where the cache does not hold it.

    Safe with several processes: one prepares, the others wait and use its result.

    Raises:
        BadInput: from ``read``, or the source cannot be read.
        FerError: the cache cannot be written.
    """
    root = cache_folder()
    with _writing(root):
        root.mkdir(parents=True, exist_ok=True)
    key = _content_key(source, kind, root)
    folder = root / f"faces-{key}"
    if folder.exists():
        return PreparedFolder(folder)
    with _lock(root / f"{key}.lock"):
        if folder.exists():
            return PreparedFolder(folder)
        prepared = read()
        with _writing(root):
            _write(folder, prepared)
            if is_fer2013(prepared):
                remember(folder, prepared)
    return PreparedFolder(folder, is_new=True)


def is_prepared(folder: Path) -> bool:
    """Whether it is a folder that ``prepare_once`` wrote, which is a source too."""
    return (folder / SPLITS).is_file()


class PreparedFolder(Prepared):
    """A prepared source on disk: a split is memory-mapped when it is asked for.

    So what trains on train never opens the test labels. A file's digest is checked when it is first
    read.

    Attributes:
        is_new: it was prepared just now, by this process.

    Raises:
        FerError: the folder was damaged since.
    """

    def __init__(self, folder: Path, *, is_new: bool = False) -> None:
        self._folder = folder
        self.is_new = is_new
        with self._reading(SPLITS):
            content = (folder / SPLITS).read_bytes()
            stored = json.loads(content)
            if isinstance(stored, list):
                stored = {"splits": stored, "files": {}}
            elif not digest.has_digest(content, stored[digest.KEY]):
                raise ValueError(SPLITS)
            self._splits: list[str] = stored["splits"]
            self._digests: dict[str, str] = dict(stored["files"])

    @property
    def notes(self) -> Notes:
        path = self._folder / NOTES
        if not path.exists():  # prepared by version 1
            return Notes()
        self._check(NOTES)
        with self._reading(NOTES):
            stored = json.loads(path.read_text(encoding="utf-8"))
            return Notes(tuple(stored["remarks"]), tuple(stored["unread"]))

    def __contains__(self, split: object) -> bool:
        return split in self._splits

    def __getitem__(self, split: str) -> PreparedSplit:
        if split not in self:
            raise KeyError(split)
        usages = (USAGES,) if (self._folder / f"{split}-{USAGES}.npy").exists() else ()
        part = PreparedSplit(*(self._array(f"{split}-{name}.npy") for name in (*ARRAYS, *usages)))
        if not _is_consistent(part):
            raise self._damaged(f"{split}-*.npy")
        return part

    def _array(self, name: str) -> NDArray[Any]:
        self._check(name)
        with self._reading(name):
            array: NDArray[Any] = np.load(self._folder / name, mmap_mode="r")
            return array

    def _check(self, name: str) -> None:
        """Check the digest of a file, once."""
        with self._reading(name):
            expected = self._digests.get(name)
            if expected is not None and digest.file_digest(self._folder / name) != expected:
                raise ValueError(name)
        self._digests.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._splits)

    def __len__(self) -> int:
        return len(self._splits)

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._damaged(name) from error

    def _damaged(self, name: str) -> FerError:
        return FerError(
            f"{self._folder / name}: damaged: remove {self._folder}, and it is prepared again"
        )


def _is_consistent(part: PreparedSplit) -> bool:
    """Whether arrays are as they are written; those of earlier versions have no digest."""
    n = len(part.images)
    return (
        part.images.shape == (n, SIZE, SIZE)
        and part.images.dtype == np.uint8
        and part.labels.shape == part.ids.shape == (n,)
        and part.labels.dtype == np.int64
        and bool(np.all((part.labels >= UNLABELLED) & (part.labels < len(EXPRESSIONS))))
        and (part.usages is None or part.usages.shape == (n,))
    )


def _write(folder: Path, prepared: Prepared) -> None:
    # Under the lock, any temporary folder of this source belongs to a killed process.
    for unfinished in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(unfinished)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for split, part in prepared.items():
            for name in ARRAYS if part.usages is None else (*ARRAYS, USAGES):
                with (temporary / f"{split}-{name}.npy").open("wb") as file:
                    np.save(file, getattr(part, name), allow_pickle=False)
                    file.flush()
                    os.fsync(file.fileno())
        write_text(temporary / NOTES, json.dumps(asdict(prepared.notes)))
        files = {path.name: digest.file_digest(path) for path in sorted(temporary.iterdir())}
        content = digest.json_with_digest({"splits": sorted(prepared), "files": files})
        write_atomically(temporary / SPLITS, lambda file: file.write(content))
        temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _content_key(source: Path, kind: Kind, root: Path) -> str:
    """SHA-256 of the source's bytes and names, remembered by path, sizes and times."""
    try:
        files = kind.files(source)
        remembered = root / f"stamp-{_stamp(source, files)}"
        if remembered.exists():
            return remembered.read_text(encoding="utf-8")
        key = _content_hash(files)
    except OSError as error:
        raise BadInput(f"{source}: cannot be read: {error.strerror}") from error
    with _writing(root):
        write_text(remembered, key)
    return key


def _stamp(source: Path, files: list[SourceFile]) -> str:
    digest = hashlib.sha256(f"{VERSION} {source.resolve()}".encode())
    for file in files:
        digest.update(f"{file.name!r} {file.size} {file.changed}\n".encode())
    return digest.hexdigest()[:32]


def _content_hash(files: list[SourceFile]) -> str:
    digest = hashlib.sha256(f"{VERSION}".encode())
    for file in track(files, len(files), "hashing files"):
        digest.update(f"{file.name!r}\n".encode())
        if file.is_read:
            with file.path.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()[:32]


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FerError(
            f"{error.filename or root}: the cache cannot be written: {error.strerror or error}: "
            "set FER_CACHE to another folder"
        ) from error


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

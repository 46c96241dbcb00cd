"""Prepared sources in the user's cache: found by content, written whole or not at all."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from fer.cache_folder import cache_folder
from fer.errors import BadInput, FerError
from fer.faces.fer2013 import is_fer2013, remember
from fer.faces.prepared import Prepared, PreparedSplit
from fer.faces.tree import ImageFile, images_under
from fer.files import write_text

VERSION = 1
"""Of the layout; another one is prepared anew."""
SPLITS = "splits.json"


def prepare_once(source: Path, read: Callable[[Path], Prepared]) -> Path:
    """The folder of a prepared source, which is read and written only where it is not there.

    Safe with several processes: one prepares, the others wait and use its work.

    Raises:
        BadInput: from ``read``, or the source cannot be read.
        FerError: the cache cannot be written.
    """
    root = cache_folder()
    with _writing(root):
        root.mkdir(parents=True, exist_ok=True)
    key = _content_key(source, root)
    folder = root / f"faces-{key}"
    if not folder.exists():
        with _lock(root / f"{key}.lock"):
            if not folder.exists():
                prepared = read(source)
                with _writing(root):
                    _write(folder, prepared)
                    if is_fer2013(prepared):
                        remember(folder, prepared)
    return folder


def is_prepared(folder: Path) -> bool:
    """It is a folder that ``prepare_once`` wrote, which is a source too."""
    return (folder / SPLITS).is_file()


class PreparedFolder(Mapping[str, PreparedSplit]):
    """What ``prepare_once`` wrote: a split is memory-mapped when it is asked for.

    So what trains on train never opens the test labels.

    Raises:
        FerError: the folder was damaged since.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with self._reading():
            self._splits = json.loads((folder / SPLITS).read_text(encoding="utf-8"))

    def __contains__(self, split: object) -> bool:
        return split in self._splits

    def __getitem__(self, split: str) -> PreparedSplit:
        if split not in self:
            raise KeyError(split)
        with self._reading():
            return PreparedSplit(
                *(
                    np.load(self._folder / f"{split}-{name}.npy", mmap_mode="r")
                    for name in ("images", "labels", "ids")
                )
            )

    def __iter__(self) -> Iterator[str]:
        return iter(self._splits)

    def __len__(self) -> int:
        return len(self._splits)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            raise FerError(
                f"{self._folder}: damaged: remove it, and it is prepared anew"
            ) from error


def _write(folder: Path, prepared: Prepared) -> None:
    # Under the lock, whatever is left of this source is a killed process's.
    for left in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(left)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for split, part in prepared.items():
            for name in ("images", "labels", "ids"):
                with (temporary / f"{split}-{name}.npy").open("wb") as file:
                    np.save(file, getattr(part, name), allow_pickle=False)
                    file.flush()
                    os.fsync(file.fileno())
        write_text(temporary / SPLITS, json.dumps(sorted(prepared)))
        temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _content_key(source: Path, root: Path) -> str:
    """SHA-256 of the source's bytes and names, remembered by path, sizes and times."""
    try:
        files = images_under(source) if source.is_dir() else [_single(source)]
        remembered = root / f"stamp-{_stamp(source, files)}"
        if remembered.exists():
            return remembered.read_text(encoding="utf-8")
        key = _content_hash(files)
    except OSError as error:
        raise BadInput(f"{source}: cannot be read: {error.strerror}") from error
    with _writing(root):
        write_text(remembered, key)
    return key


def _single(source: Path) -> ImageFile:
    status = source.stat()
    return ImageFile("", source, status.st_size, status.st_mtime_ns)


def _stamp(source: Path, files: list[ImageFile]) -> str:
    digest = hashlib.sha256(f"{VERSION} {source.resolve()}".encode())
    for file in files:
        digest.update(f"{file.name!r} {file.size} {file.changed}\n".encode())
    return digest.hexdigest()[:32]


def _content_hash(files: list[ImageFile]) -> str:
    digest = hashlib.sha256(f"{VERSION}".encode())
    for file in files:
        digest.update(f"{file.name!r}\n".encode())
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

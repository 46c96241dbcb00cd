"""Prepared sources in the user's cache: found by content, written whole or not at all."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from fer.faces.prepared import Prepared, PreparedSplit
from fer.files import write_text

VERSION = 1
"""Of the layout; another one is prepared anew."""


def cache_folder() -> Path:
    """``$FER_CACHE``, else ``$XDG_CACHE_HOME/fer``, else ``~/.cache/fer``."""
    if folder := os.environ.get("FER_CACHE"):
        return Path(folder)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fer"


def prepare_once(source: Path, read: Callable[[Path], Prepared]) -> Path:
    """The folder of a prepared source, which is read and written only where it is not there.

    Safe with several processes: one prepares, the others wait and use its work.
    """
    root = cache_folder()
    root.mkdir(parents=True, exist_ok=True)
    key = _content_key(source, root)
    folder = root / f"faces-{key}"
    with _lock(root / f"{key}.lock"):
        if not folder.exists():
            _write(folder, read(source))
    return folder


def open_prepared(folder: Path) -> Prepared:
    """Memory-map what ``prepare_once`` wrote."""
    splits = json.loads((folder / "splits.json").read_text(encoding="utf-8"))
    return {
        split: PreparedSplit(
            *(
                np.load(folder / f"{split}-{name}.npy", mmap_mode="r")
                for name in ("images", "labels", "ids")
            )
        )
        for split in splits
    }


def _write(folder: Path, prepared: Prepared) -> None:
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for split, part in prepared.items():
            for name in ("images", "labels", "ids"):
                with (temporary / f"{split}-{name}.npy").open("wb") as file:
                    np.save(file, getattr(part, name), allow_pickle=False)
                    file.flush()
                    os.fsync(file.fileno())
        write_text(temporary / "splits.json", json.dumps(sorted(prepared)))
        temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _content_key(source: Path, root: Path) -> str:
    """SHA-256 of the source's bytes and names, remembered by path, sizes and times."""
    files = [source] if source.is_file() else sorted(p for p in source.rglob("*") if p.is_file())
    stamp = hashlib.sha256(f"{VERSION} {source.resolve()}".encode())
    for file in files:
        status = file.stat()
        name = file.relative_to(source).as_posix()
        stamp.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    remembered = root / f"stamp-{stamp.hexdigest()[:32]}"
    if remembered.exists():
        return remembered.read_text(encoding="utf-8")
    content = hashlib.sha256(f"{VERSION}".encode())
    for file in files:
        content.update(file.relative_to(source).as_posix().encode() + b"\0")
        with file.open("rb") as opened:
            content.update(hashlib.file_digest(opened, "sha256").digest())
    key = content.hexdigest()[:32]
    write_text(remembered, key)
    return key


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

"""Atomic writes: a reader sees the old file or the new one, never a part of one."""

import contextlib
import contextvars
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

Check = Callable[[], None]

_fence: contextvars.ContextVar[Check | None] = contextvars.ContextVar("fence", default=None)


@contextlib.contextmanager
def fenced(check: Check) -> Iterator[None]:
    """Write files within only where ``check`` does not raise.

    ``write_atomically`` asks when its temporary file is complete. So whoever bars a process first
    makes its check fail, and then removes the temporary files, bars it whatever it was doing:
    asked before, it has no file left to rename.
    """
    token = _fence.set(check)
    try:
        yield
    finally:
        _fence.reset(token)


def check_fence() -> None:
    """Raise what the check of ``fenced`` raises, if there is one.

    To be called right before a file is appended to or removed; where it is opened, after that.
    """
    if check := _fence.get():
        check()


def write_atomically(
    path: Path, write: Callable[[BinaryIO], object], *, keep: Path | None = None
) -> None:
    """Call ``write`` on a temporary file beside ``path``, fsync it, and rename it into place.

    A reader, or a process started after SIGKILL or a power cut, sees the old file or the new one.

    Args:
        keep: the name that the old file gets. For a moment, then, there is only this one.

    Raises:
        OSError: with the file's name, which the error of a full disk lacks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        check_fence()
        os.chmod(temporary, 0o666 & ~_umask())
        if keep is not None:
            with contextlib.suppress(FileNotFoundError):
                os.replace(path, keep)
        os.replace(temporary, path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)
        raise
    _sync_directory(path.parent)


def remove_unfinished(folder: Path) -> None:
    """Remove temporary files of killed processes; no other process may be writing there."""
    for temporary in folder.glob(".*.tmp"):
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically."""
    write_atomically(path, lambda file: file.write(text.encode("utf-8")))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""One kind of source, and the files that decide its faces."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from fer.faces.notes import ReadLog
from fer.faces.prepared import PreparedSplit

Splits = dict[str, PreparedSplit]
"""By ``train``, ``validation`` and ``test``, those that the source has."""


class SourceFile(NamedTuple):
    """Attributes:
    name: below the source's folder, with ``/`` between its parts; empty for a source of one file.
    size: bytes.
    changed: nanoseconds, as the file system has them.
    is_read: False for a file that is only counted, so that its content does not matter.
    """

    name: str
    path: Path
    size: int
    changed: int
    is_read: bool = True


def single_file(path: Path) -> list[SourceFile]:
    """The files of a source that is one file."""
    return [source_file(path, "")]


def source_file(path: Path, name: str) -> SourceFile:
    """A file that is read whole.

    Raises:
        OSError: it is missing.
    """
    status = path.stat()
    return SourceFile(name, path, status.st_size, status.st_mtime_ns)


@dataclass(frozen=True)
class Kind:
    """One kind of source.

    Attributes:
        shown: how an error lists it: ``a .zip``.
        fits: whether a path that exists is of this kind.
        read: reads its faces.
        files: the files whose content decides what is read.
    """

    shown: str
    fits: Callable[[Path], bool]
    read: Callable[[Path, ReadLog], Splits]
    files: Callable[[Path], list[SourceFile]] = single_file


def has_suffix(*suffixes: str) -> Callable[[Path], bool]:
    """Whether a path is a file whose name ends in one of these, in any case."""
    return lambda path: path.name.lower().endswith(suffixes) and not path.is_dir()

"""Read a tar archive of images, or of one CSV, such as Kaggle's ``fer2013.tar.gz``."""

import tarfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, cast

from fer.errors import BadInput
from fer.faces.decode import MAX_BYTES
from fer.faces.notes import ReadLog
from fer.faces.sources.archive import (
    check_count,
    check_size,
    check_total,
    link_error,
    safe_name,
)
from fer.faces.sources.entries import Entry, is_hidden, is_wanted, read_entries
from fer.faces.sources.kind import Kind, Splits, has_suffix
from fer.faces.sources.streams import DAMAGED, open_decompressed
from fer.progress import track

SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")
MAX_READ = 16_000_000
"""Bytes read at once: a header may declare more, and tarfile would take memory for them."""


class _BoundedReads:
    """A stream that refuses to read more than ``MAX_READ`` bytes at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MAX_READ:
            raise tarfile.ReadError(f"a header that declares {size:,} bytes")
        return self._stream.read(size)


def read_tar(path: Path, log: ReadLog) -> Splits:
    """Read a tar archive, compressed or not, without unpacking it to disk.

    Raises:
        BadInput: not a tar, damaged, a name that leads out of it, a link or device, an entry that
            declares to be huge, no images in it, an unknown class, or an image that cannot be read.
    """
    origin = str(path)
    try:
        with open_decompressed(path) as stream:
            bounded = cast(IO[bytes], _BoundedReads(stream))
            with tarfile.open(fileobj=bounded, mode="r:") as archive:
                entries = list(_entries(archive, origin))
                _check_end(archive, stream)
                # In the order of the archive, as a compressed file is read forwards only.
                return read_entries(entries, origin, log)
    except (tarfile.TarError, *DAMAGED) as error:
        raise BadInput(f"{origin}: not a tar archive, or a damaged one: {error}") from error


def _entries(archive: tarfile.TarFile, origin: str) -> Iterator[Entry]:
    total = 0
    for count, member in enumerate(track(archive, None, "listing files"), start=1):
        check_count(count, origin)
        total += member.size
        check_total(total, origin)
        name = safe_name(member.name, origin)
        if member.isdir() or is_hidden(name):
            continue
        if not member.isreg():
            raise link_error(member.name, origin)
        if is_wanted(name):
            check_size(member.name, member.size, origin)
        yield Entry(
            name, member.name, partial(_read, archive, member), partial(_open, archive, member)
        )


def _check_end(archive: tarfile.TarFile, stream: BinaryIO) -> None:
    # At a damaged header tarfile ends its list as if the archive ended there.
    stream.seek(archive.offset)
    if stream.read(tarfile.BLOCKSIZE).strip(b"\0"):
        raise tarfile.ReadError(f"a damaged header at byte {archive.offset:,}")


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    with _open(archive, member) as file:
        return file.read(MAX_BYTES + 1)


def _open(archive: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    file = archive.extractfile(member)
    assert file is not None, "a regular file"
    return cast(BinaryIO, file)


KIND = Kind("a .tar (also .tar.gz, .tgz, .tar.bz2, .tar.xz)", has_suffix(*SUFFIXES), read_tar)

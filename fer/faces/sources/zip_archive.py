"""Read a zip archive of images, or of one CSV, without unpacking it to disk."""

import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

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

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, RuntimeError, EOFError)
"""What reading an entry raises, by its compression."""


def read_zip(path: Path, log: ReadLog) -> Splits:
    """Read a zip archive.

    Raises:
        BadInput: not a zip, a name that leads out of it, a link, an entry of a huge declared size,
            no images in it, an unknown class, or an image that cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return read_entries(list(_entries(archive, str(path))), str(path), log)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise BadInput(f"{path}: not a zip archive: {error}") from error


def _entries(archive: zipfile.ZipFile, origin: str) -> Iterator[Entry]:
    infos = sorted(archive.infolist(), key=lambda info: info.filename)
    check_count(len(infos), origin)
    check_total(sum(info.file_size for info in infos), origin)
    for info in infos:
        name = safe_name(info.filename, origin)
        if info.is_dir() or is_hidden(name):
            continue
        if is_wanted(name):
            if stat.S_ISLNK(info.external_attr >> 16):
                raise link_error(info.filename, origin)
            check_size(info.filename, info.file_size, origin)
        read, open_ = partial(_read, archive, info, origin), partial(_open, archive, info, origin)
        yield Entry(name, info.filename, read, open_)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, origin: str) -> bytes:
    # Read with a bound: the declared size need not be true.
    try:
        with archive.open(info) as file:
            return file.read(MAX_BYTES + 1)
    except DAMAGED as error:
        raise BadInput(f"{origin}: {info.filename}: damaged or encrypted entry: {error}") from error


def _open(archive: zipfile.ZipFile, info: zipfile.ZipInfo, origin: str) -> BinaryIO:
    try:
        return cast(BinaryIO, archive.open(info))
    except DAMAGED as error:
        raise BadInput(f"{origin}: {info.filename}: damaged or encrypted entry: {error}") from error


KIND = Kind("a .zip", has_suffix(".zip"), read_zip)

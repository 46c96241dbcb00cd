"""Files of a folder or archive: the images among them, or the one table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from fer.errors import BadInput
from fer.faces.image_types import is_image
from fer.faces.notes import ReadLog
from fer.faces.sources.images import ImageFile, read_images
from fer.faces.sources.kind import Splits
from fer.faces.sources.table import is_table, read_table

PACKED = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip", ".7z", ".rar", ".npz")
"""Endings of archives, which are not read inside another."""


@dataclass(frozen=True)
class Entry:
    """One file of a folder or archive.

    Attributes:
        name: below the folder or archive, with ``/`` between its parts.
        order: what the faces are sorted by: the name as it is stored.
        read: the content, or its first bytes where it is larger than an image may be.
        open: the content as a stream.
    """

    name: str
    order: str
    read: Callable[[], bytes]
    open: Callable[[], BinaryIO]


def is_hidden(name: str) -> bool:
    """Whether a file, or a folder that it is in, is hidden, or is macOS's own."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def is_wanted(name: str) -> bool:
    """Whether a file is read by its name: an image or a table."""
    return is_image(name) or is_table(name)


def read_entries(entries: Sequence[Entry], origin: str, log: ReadLog) -> Splits:
    """Read the images; without any, the one CSV. Other files are counted in the log.

    Raises:
        BadInput: neither, or several tables; or an image or row that cannot be read.
    """
    images = [entry for entry in entries if is_image(entry.name)]
    tables = [entry for entry in entries if is_table(entry.name)]
    for entry in entries:
        if not is_image(entry.name) and not (is_table(entry.name) and not images):
            log.skip(entry.name)
    if images:
        files = [ImageFile(entry.name, entry.order, entry.read) for entry in images]
        return read_images(files, origin, log)
    if len(tables) > 1:
        names = ", ".join(entry.name for entry in tables[:4])
        raise BadInput(
            f"{origin}: {len(tables)} tables and no images in it ({names}): expected one: name the "
            "table that you mean as the source (unpack an archive first)"
        )
    for table in tables:
        with table.open() as stream:
            return read_table(stream, f"{origin}: {table.name}", log)
    for entry in entries:
        if entry.name.lower().endswith(PACKED):
            raise BadInput(f"{origin}: no images, but {entry.name}: unpack that and name it")
    others = f", only {log.unread_summary()}" if entries else ""
    raise BadInput(f"{origin}: no images{others}: expected train/CLASS/* or test/* in it, or a CSV")

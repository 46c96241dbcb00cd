"""Check the entries of an archive before any of them is read."""

import re

from fer.errors import BadInput
from fer.faces.decode import MAX_BYTES
from fer.faces.image_types import is_image

MAX_FILES = 500_000
MAX_TOTAL = 4_000_000_000
"""Bytes of all files of an archive; FER2013's images have 53,000,000, its CSV 301,000,000."""


_DRIVE = re.compile("[A-Za-z]:")


def safe_name(stored: str, origin: str) -> str:
    """The name of an entry, with ``/`` between its parts.

    Raises:
        BadInput: it leads out of the archive.
    """
    name = stored.replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or _DRIVE.match(name):
        raise BadInput(f"{origin}: {stored!r}: a name that leads out of the archive")
    return "/".join(part for part in parts if part not in ("", "."))


def link_error(stored: str, origin: str) -> BadInput:
    """The error for an entry that is no file."""
    return BadInput(f"{origin}: {stored}: a link or device: copy the files instead (cp -rL)")


def check_count(count: int, origin: str) -> None:
    """Check the number of entries.

    Raises:
        BadInput: too many.
    """
    if count > MAX_FILES:
        raise BadInput(f"{origin}: over {MAX_FILES:,} entries: expected at most {MAX_FILES:,}")


def check_total(total: int, origin: str) -> None:
    """Check the size that all entries declare.

    Raises:
        BadInput: too large.
    """
    if total > MAX_TOTAL:
        raise BadInput(f"{origin}: declares {total:,} bytes: expected at most {MAX_TOTAL:,}")


def check_size(stored: str, size: int, origin: str) -> None:
    """Check the size that an image declares.

    Raises:
        BadInput: too large for a 48×48 image.
    """
    if is_image(stored) and size > MAX_BYTES:
        raise BadInput(
            f"{origin}: {stored}: declares {size:,} bytes: expected at most {MAX_BYTES:,}"
        )

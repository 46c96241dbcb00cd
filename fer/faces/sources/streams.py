"""Read files that may be compressed with gzip, bzip2 or xz."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

COMPRESSED = (".gz", ".bz2", ".xz")

DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What reading a compressed file raises where it is damaged."""

_OPENERS: dict[bytes, Callable[[Path, str], object]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}


def open_decompressed(path: Path) -> BinaryIO:
    """Open a file for reading; its first bytes tell how it is compressed, if it is.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(6)
    for magic, opener in _OPENERS.items():
        if head.startswith(magic):
            return cast(BinaryIO, opener(path, "rb"))
    return path.open("rb")

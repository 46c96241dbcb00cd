"""SHA-256 digests of files that are read again later: one flipped bit, and the file is refused.

A file's own digest stands in it as 64 hexadecimal digits, and is that of the file with hyphens in
their place. So one write stores both.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BLANK = "-" * 64
"""Where a file's own digest is to be; no hash looks so."""

KEY = "sha256"
"""Of a JSON object's own digest."""


def with_digest(content: bytes) -> bytes:
    """A file's content with its digest in place of the first ``BLANK``."""
    return content.replace(BLANK.encode(), digest_of(content).encode(), 1)


def has_digest(content: bytes, digest: object) -> bool:
    """Whether ``digest`` stands in a file's content, and is its own."""
    if not isinstance(digest, str) or len(digest) != len(BLANK):
        return False
    blank = content.replace(digest.encode(), BLANK.encode(), 1)
    return digest_of(blank) == digest


def digest_of(content: bytes | memoryview) -> str:
    """The digest of a content."""
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """The digest of a file, which is read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def json_with_digest(values: Mapping[str, Any]) -> bytes:
    """A JSON object with its own digest as the last key."""
    return with_digest(f"{json.dumps({**values, KEY: BLANK}, indent=2)}\n".encode())

"""Which faces are used where none are named."""

import os
from dataclasses import dataclass
from pathlib import Path

from fer.faces.cache import cache_folder

FETCHED = "fer2013"
"""In the user's cache: the path of the FER2013 that ``fer data fetch`` got."""


@dataclass(frozen=True)
class DefaultSource:
    """Attributes:
    source: as for ``load_faces``.
    why: one line that says which it is, and how to get the real ones.
    """

    source: str
    why: str


def default_source() -> DefaultSource:
    """``$FER_DATA``, else a FER2013 that was fetched, else the synthetic faces."""
    if source := os.environ.get("FER_DATA"):
        return DefaultSource(source, f"faces: {source} (from $FER_DATA)")
    remembered = cache_folder() / FETCHED
    if remembered.exists():
        path = remembered.read_text(encoding="utf-8").strip()
        if Path(path).exists():
            return DefaultSource(path, f"faces: FER2013, {path} (fetched before)")
    return DefaultSource(
        "synthetic",
        "faces: synthetic, drawn by this program; for the real ones run `fer data fetch`, "
        "or name yours with --data or $FER_DATA",
    )

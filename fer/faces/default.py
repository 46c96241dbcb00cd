"""Choose the source of faces where the user names none."""

import os
from dataclasses import dataclass

from fer.cache_folder import cache_folder
from fer.faces.fer2013 import remembered


@dataclass(frozen=True)
class DefaultSource:
    """Attributes:
    source: as for ``load_faces``.
    why: one line that says which source it is, and how to get FER2013.
    """

    source: str
    why: str


def default_source() -> DefaultSource:
    """Return ``$FER_DATA``, else a FER2013 that was prepared before, else the synthetic faces."""
    if source := os.environ.get("FER_DATA"):
        return DefaultSource(source, f"faces: {source} (from $FER_DATA)")
    if folder := remembered(cache_folder()):
        return DefaultSource(str(folder), f"faces: FER2013, prepared before in {folder}")
    return DefaultSource(
        "synthetic",
        "faces: synthetic, drawn by this program; for the real ones run `fer data fetch`, "
        "or name yours with --data or $FER_DATA",
    )

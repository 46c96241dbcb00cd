"""Kinds of sources of faces. A new one is a module here and a line in ``KINDS``."""

from pathlib import Path

from fer.errors import BadInput
from fer.faces.sources import ferplus, folder, npz, table, tar_archive, zip_archive
from fer.faces.sources.kind import Kind, SourceFile

KINDS: tuple[Kind, ...] = (
    folder.KIND,
    zip_archive.KIND,
    tar_archive.KIND,
    ferplus.KIND,
    table.KIND,
    npz.KIND,
)
"""In the order in which they are tried; a table of FER+ is also a CSV."""

__all__ = ["KINDS", "Kind", "SourceFile", "kind_of"]


def kind_of(path: Path) -> Kind:
    """The kind of a source that exists.

    Raises:
        BadInput: it is none.
    """
    for kind in KINDS:
        if kind.fits(path):
            return kind
    kinds = ", ".join(dict.fromkeys(kind.shown for kind in KINDS))
    raise BadInput(f"{path}: not a source of faces: expected {kinds}: see docs/sources.md")

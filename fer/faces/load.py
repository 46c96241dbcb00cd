"""Load faces by the name of their source."""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.cache import PreparedFolder, is_prepared, prepare_once
from fer.faces.cut import cut
from fer.faces.notes import ReadLog
from fer.faces.prepared import InMemory, Prepared
from fer.faces.sources import kind_of
from fer.faces.synthetic import SYNTHETIC, synthetic_faces, synthetic_source
from fer.faces.types import Faces, Split


def load_faces(source: str, split: Split, classes: tuple[str, ...]) -> Faces:
    """Load one split of a source, cut to the classes, in their order.

    The first time, the source is read and prepared into the user's cache, and what was converted
    or left out goes to stderr; after that its images are memory-mapped. With ``train`` come the
    faces of the source's own validation split, if it has one, as ``Faces.held_out``.

    Args:
        source: see docs/sources.md.

    Raises:
        BadInput: the source cannot be read, lacks the split, or lacks one of the classes.
    """
    if source == SYNTHETIC:
        return synthetic_faces(split, classes)
    prepared = open_source(source)
    if isinstance(prepared, PreparedFolder) and prepared.is_new:
        for line in prepared.notes.remarks:
            print(f"fer: {source}: {line}", file=sys.stderr)
    return cut(prepared, split, classes, source)


def open_source(source: str) -> Prepared:
    """Open all faces of a source; those in a file or folder are prepared and memory-mapped.

    Raises:
        BadInput: it is missing, or cannot be read.
    """
    if source == SYNTHETIC:
        return synthetic_source()
    path = _existing(source)
    if is_prepared(path):
        return PreparedFolder(path)
    return prepare_once(path, kind_of(path), lambda: read_source(source, ReadLog()))


def read_source(source: str, log: ReadLog) -> Prepared:
    """Read a source again, past the cache.

    Args:
        log: decides what happens with an image or row that cannot be read.

    Raises:
        BadInput: the source as a whole cannot be read, or the log raised it.
    """
    if source == SYNTHETIC:
        return synthetic_source()
    path = _existing(source)
    try:
        return InMemory(kind_of(path).read(path, log), log.notes())
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror or error}") from error


def _existing(source: str) -> Path:
    path = Path(source)
    if not path.exists():
        raise BadInput(
            f"{source}: no such file or folder: expected a CSV, zip, tar, .npz, folder or "
            f"'{SYNTHETIC}'"
        )
    if not (path.is_dir() or path.is_file()):  # a pipe would be waited for
        raise BadInput(f"{source}: a pipe or device: expected a file or folder")
    return path


def require_labels(faces: Faces, source: str, split: Split) -> NDArray[np.int64]:
    """Return the faces' labels.

    Raises:
        BadInput: they have none; ``source`` and ``split`` name where they are from.
    """
    if faces.labels is None:
        raise BadInput(f"{source}: its {split} images have no labels: expected {split}/CLASS/*")
    return faces.labels

"""From the name of a source to faces."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.arrays import read_npz
from fer.faces.cache import PreparedFolder, is_prepared, prepare_once
from fer.faces.decode import decode, read_bounded
from fer.faces.folders import read_folder, read_zip
from fer.faces.prepared import OnBad, Prepared, refuse
from fer.faces.table import read_csv
from fer.faces.types import Faces
from fer.recipe import EXPRESSIONS

Split = Literal["train", "test"]
SYNTHETIC = "synthetic"
"""The source that is drawn rather than read."""


def load_faces(source: str, split: Split, classes: tuple[str, ...]) -> Faces:
    """Load one split of a source, cut to the classes, in their order.

    The first time, the source is read and prepared into the user's cache; after that its images are
    memory-mapped.

    Args:
        source: a folder or zip of images, a Kaggle CSV, a ``.npz``, or the word ``synthetic``.

    Raises:
        BadInput: the source cannot be read, lacks the split, or lacks one of the classes.
    """
    if source == SYNTHETIC:
        from fer.faces.synthetic import synthetic_faces

        return synthetic_faces(split, classes)
    return cut(open_source(source), split, classes, source)


def open_source(source: str) -> Prepared:
    """All faces of a source; those in a file or folder are prepared and memory-mapped.

    Raises:
        BadInput: there is none, or it cannot be read.
    """
    if source == SYNTHETIC:
        return read_source(source)
    path = _existing(source)
    if is_prepared(path):
        return PreparedFolder(path)
    return PreparedFolder(prepare_once(path, lambda path: read_source(str(path))))


def read_source(source: str, on_bad: OnBad = refuse) -> Prepared:
    """Read a source anew, past the cache.

    Args:
        on_bad: what to do with an image or row that cannot be read. A ``.npz`` has none: it is read
            whole or not at all.

    Raises:
        BadInput: the source as a whole cannot be read, or ``on_bad`` raised it.
    """
    if source == SYNTHETIC:
        from fer.faces.synthetic import synthetic_source

        return synthetic_source()
    path = _existing(source)
    if path.is_dir():
        return read_folder(path, on_bad)
    readers = {".csv": read_csv, ".zip": read_zip, ".npz": read_npz}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadInput(f"{path}: expected a .csv, .zip or .npz file, or a folder")
    try:
        return reader(path, on_bad)
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from error


def _existing(source: str) -> Path:
    path = Path(source)
    if not path.exists():
        raise BadInput(f"{source}: no such file; expected a CSV, zip, folder, .npz or 'synthetic'")
    return path


def cut(prepared: Prepared, split: Split, classes: tuple[str, ...], source: str) -> Faces:
    """The faces of some classes; unlabelled faces come whole.

    Raises:
        BadInput: the source lacks the split, or a class.
    """
    if split not in prepared:
        raise BadInput(f"{source}: no {split} faces in it, only {', '.join(prepared)}")
    part = prepared[split]
    unlabelled = int((part.labels < 0).sum())
    if 0 < unlabelled < len(part.labels):
        raise BadInput(
            f"{source}: {unlabelled:,} of {len(part.labels):,} {split} images have no class: "
            f"expected all or none of them to have one"
        )
    if unlabelled:
        ids = tuple(part.ids.tolist())
        return Faces(part.images, None, ids, classes, _hash(part.images, None, classes))
    position = np.full(len(EXPRESSIONS), -1, dtype=np.int64)
    for label, name in enumerate(classes):
        position[EXPRESSIONS.index(name)] = label
    labels = np.where(part.labels >= 0, position[part.labels], -1)
    chosen = np.flatnonzero(labels >= 0)
    counts = np.bincount(labels[chosen], minlength=len(classes))
    for name, count in zip(classes, counts, strict=True):
        if count == 0:
            raise BadInput(f"{source}: class {name!r} has no {split} images")
    images, labels = np.asarray(part.images[chosen]), labels[chosen]
    ids = tuple(part.ids[chosen].tolist())
    return Faces(images, labels, ids, classes, _hash(images, labels, classes))


def read_images(paths: Sequence[Path], classes: tuple[str, ...]) -> Faces:
    """Read single image files as unlabelled faces; an id is a file's name without ending.

    Raises:
        BadInput: a file is missing, or is no 48×48 gray image.
    """
    images = []
    for path in paths:
        try:
            images.append(decode(read_bounded(path), str(path)))
        except OSError as error:
            raise BadInput(f"{path}: cannot be read: {error.strerror}") from error
    stacked = np.stack(images)
    ids = tuple(path.stem for path in paths)
    return Faces(stacked, None, ids, classes, _hash(stacked, None, classes))


def require_labels(faces: Faces, source: str, split: Split) -> NDArray[np.int64]:
    """The faces' labels.

    Raises:
        BadInput: they have none; ``source`` and ``split`` name where they are from.
    """
    if faces.labels is None:
        raise BadInput(f"{source}: its {split} images have no labels: expected {split}/CLASS/*")
    return faces.labels


def _hash(
    images: NDArray[np.uint8], labels: NDArray[np.int64] | None, classes: tuple[str, ...]
) -> str:
    digest = hashlib.sha256(" ".join(classes).encode())
    digest.update(np.ascontiguousarray(images).data)
    if labels is not None:
        digest.update(np.ascontiguousarray(labels).data)
    return digest.hexdigest()

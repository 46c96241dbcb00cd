"""A ``.npz`` of arrays: ``train_images``, ``train_labels``, ``test_images``, ``test_labels``."""

import math
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from fer.errors import BadInput
from fer.faces.prepared import UNLABELLED, OnBad, Prepared, PreparedSplit, refuse
from fer.faces.types import SIZE
from fer.recipe import EXPRESSIONS

MAX_BYTES = 2_000_000_000
"""Of one array."""
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_npz(path: Path, _on_bad: OnBad = refuse) -> Prepared:
    """Read a ``.npz``; pickled contents are refused.

    Images are ``uint8 [N, 48, 48]``. Labels are names ``str [N]``, or integers 0 to 6 in FER2013's
    order; without a labels array the split is unlabelled.

    Raises:
        BadInput: no such arrays in it, or another shape, type or range.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                _check_claims(archive, entry, str(path))
        with np.load(path, allow_pickle=False) as arrays:
            prepared = {
                split: _split(arrays, split, str(path))
                for split in ("train", "test")
                if f"{split}_images" in arrays
            }
    except (ValueError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise BadInput(f"{path}: not a .npz of plain arrays: {error}") from error
    if not prepared:
        raise BadInput(f"{path}: expected an array train_images or test_images in it")
    return prepared


def _check_claims(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, origin: str) -> None:
    """Refuse what claims to be larger than it is, before memory is taken for it."""
    with archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        if version not in HEADERS:
            raise BadInput(f"{origin}: {entry.filename}: format {version}: expected a plain array")
        shape, _, dtype = HEADERS[version](file)
    if not math.prod(shape) * dtype.itemsize <= entry.file_size <= MAX_BYTES:
        raise BadInput(
            f"{origin}: {entry.filename}: claims {list(shape)} in {entry.file_size:,} bytes: "
            f"expected its size to be true, and at most {MAX_BYTES:,}"
        )


def _split(arrays: Any, split: str, origin: str) -> PreparedSplit:
    images = arrays[f"{split}_images"]
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (SIZE, SIZE):
        raise BadInput(
            f"{origin}: {split}_images: {images.dtype} {list(images.shape)}: "
            f"expected uint8 [N, {SIZE}, {SIZE}]"
        )
    ids = np.arange(len(images)).astype(np.str_)
    if f"{split}_labels" not in arrays:
        return PreparedSplit(images, np.full(len(images), UNLABELLED, dtype=np.int64), ids)
    labels = arrays[f"{split}_labels"]
    if labels.shape != (len(images),):
        raise BadInput(f"{origin}: {split}_labels: {list(labels.shape)}: expected [{len(images)}]")
    return PreparedSplit(images, _labels(labels, f"{origin}: {split}_labels"), ids)


def _labels(labels: np.ndarray[Any, Any], origin: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    if labels.dtype.kind == "U":
        names = np.char.lower(np.char.strip(labels))
        if len(unknown := np.setdiff1d(names, EXPRESSIONS)):
            raise BadInput(f"{origin}: unknown class {str(unknown[0])!r}")
        position = {name: index for index, name in enumerate(EXPRESSIONS)}
        return np.array([position[name] for name in names.tolist()], dtype=np.int64)
    if labels.dtype.kind not in "iu":
        raise BadInput(f"{origin}: {labels.dtype}: expected integers or names")
    if len(labels) and not (labels.min() >= 0 and labels.max() < len(EXPRESSIONS)):
        wrong = labels[(labels < 0) | (labels >= len(EXPRESSIONS))][0]
        raise BadInput(f"{origin}: {wrong}: expected 0 to {len(EXPRESSIONS) - 1}")
    return labels.astype(np.int64)

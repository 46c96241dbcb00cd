"""Read a ``.npz`` of arrays: ``train_images``, ``train_labels``, ``test_images`` and so on."""

import math
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from fer.errors import BadInput
from fer.faces.names import label_of
from fer.faces.notes import ReadLog
from fer.faces.prepared import UNLABELLED, PreparedSplit
from fer.faces.sources.kind import Kind, Splits, has_suffix
from fer.faces.types import SIZE
from fer.recipe import EXPRESSIONS

MAX_BYTES = 2_000_000_000
"""Of one array."""
SPLIT_OF = {
    "train": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
}
"""By the beginning of an array's name."""
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_npz(path: Path, log: ReadLog) -> Splits:
    """Read a ``.npz``; pickled contents are refused.

    Images are ``uint8 [N, 48, 48]``. Labels are names ``str [N]``, or integers 0 to 6 in FER2013's
    order; without a labels array the split is unlabelled. ``val_images`` or ``valid_images`` are of
    the validation split too.

    Raises:
        BadInput: no such arrays in it, or another shape, type or range.
    """
    splits: Splits = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                _check_declared_size(archive, entry, str(path))
        with np.load(path, allow_pickle=False) as arrays:
            used = {name for name in SPLIT_OF if f"{name}_images" in arrays}
            for name in sorted(used, key=list(SPLIT_OF).index):
                if SPLIT_OF[name] in splits:
                    raise BadInput(f"{path}: {name}_images: a second validation split")
                splits[SPLIT_OF[name]] = _split(arrays, name, str(path))
            read = {f"{name}_{part}" for name in used for part in ("images", "labels")}
            if others := sorted(set(arrays) - read):
                log.remark(f"arrays not used: {', '.join(others)}")
    except (ValueError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise BadInput(f"{path}: not a .npz of plain arrays: {error}") from error
    if not splits:
        raise BadInput(f"{path}: expected an array train_images or test_images in it")
    return splits


def _check_declared_size(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, origin: str) -> None:
    """Check an array's declared size before memory is allocated for it."""
    with archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        if version not in HEADERS:
            raise BadInput(f"{origin}: {entry.filename}: format {version}: expected a plain array")
        shape, _, dtype = HEADERS[version](file)
    if not math.prod(shape) * dtype.itemsize <= entry.file_size <= MAX_BYTES:
        raise BadInput(
            f"{origin}: {entry.filename}: declares {list(shape)} in {entry.file_size:,} bytes: "
            f"expected the size of that shape, and at most {MAX_BYTES:,}"
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
        known = {name: label_of(name) for name in set(labels.tolist())}
        for name, label in sorted(known.items()):
            if label is None:
                raise BadInput(f"{origin}: unknown class {name.strip().lower()!r}")
        return np.array([known[name] for name in labels.tolist()], dtype=np.int64)
    if labels.dtype.kind not in "iu":
        raise BadInput(f"{origin}: {labels.dtype}: expected integers or names")
    if len(labels) and not (labels.min() >= 0 and labels.max() < len(EXPRESSIONS)):
        wrong = labels[(labels < 0) | (labels >= len(EXPRESSIONS))][0]
        raise BadInput(f"{origin}: {wrong}: expected 0 to {len(EXPRESSIONS) - 1}")
    return labels.astype(np.int64)


KIND = Kind("a .npz", has_suffix(".npz"), read_npz)

"""Kaggle's CSV of FER2013: ``emotion,pixels,Usage``, and its two-column train and test variants."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.prepared import UNLABELLED, OnBad, Prepared, refuse, stack
from fer.faces.types import SIZE
from fer.progress import track
from fer.recipe import EXPRESSIONS
from fer.validation import nearest

COLUMNS = ["emotion", "pixels", "usage"]
PIXELS = SIZE * SIZE
LABELS = {str(label): label for label in range(len(EXPRESSIONS))} | {
    name: label for label, name in enumerate(EXPRESSIONS)
}
SPLIT_OF_USAGE = {"training": "train", "publictest": "test", "privatetest": "test"}
MAX_LINE = 40_000
"""Characters of a row; the longest honest one has 9,216 for its pixels."""


def read_csv(path: Path, on_bad: OnBad = refuse) -> Prepared:
    """Read the faces of a CSV file.

    Without a ``Usage`` column labelled rows are training faces, and unlabelled ones test faces.
    An id is the row's number, the first after the header being 0.

    Raises:
        BadInput: a header without ``pixels`` or with an unknown column, or a row that is short,
            long, not numeric, or out of range; the message names its line.
    """
    found: dict[str, tuple[list, list, list]] = {}  # type: ignore[type-arg]
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        lines = _lines(file, str(path))
        header = _header(next(lines, (1, []))[1], str(path))
        for number, (line, row) in track(enumerate(lines), None, "reading faces"):
            try:
                split, label, image = _face(header, row, f"{path}: line {line}")
            except BadInput as problem:
                on_bad(problem)
                continue
            images, labels, ids = found.setdefault(split, ([], [], []))
            images.append(image)
            labels.append(label)
            ids.append(str(number))
    if not found:
        raise BadInput(f"{path}: no faces after the header")
    return {split: stack(*parts) for split, parts in found.items()}


def _lines(file: io.TextIOBase, origin: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    # By lines with a limit, so that a file of one endless line does not fill the memory.
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise BadInput(f"{origin}: line {number}: expected at most {MAX_LINE:,} characters")
        if line.strip():
            yield number, next(csv.reader([line]))


def _header(row: list[str], origin: str) -> list[str]:
    header = [name.strip().lower() for name in row]
    if "pixels" not in header:
        raise BadInput(f"{origin}: line 1: no column 'pixels': expected emotion,pixels,Usage")
    # A misspelt "emotion" must not make labelled faces unlabelled ones.
    for name in header:
        if name not in COLUMNS:
            raise BadInput(f"{origin}: line 1: unknown column {name!r}: {nearest(name, COLUMNS)}")
        if header.count(name) > 1:
            raise BadInput(f"{origin}: line 1: column {name!r} stands twice")
    return header


def _face(header: list[str], row: list[str], origin: str) -> tuple[str, int, NDArray[np.uint8]]:
    if len(row) != len(header):
        raise BadInput(f"{origin}: {len(row)} columns: expected {len(header)}")
    cells = dict(zip(header, row, strict=True))
    label = _label(cells["emotion"], origin) if "emotion" in cells else UNLABELLED
    return _split(cells.get("usage"), label, origin), label, _pixels(cells["pixels"], origin)


def _label(cell: str, origin: str) -> int:
    label = LABELS.get(cell.strip().lower())
    if label is None:
        raise BadInput(
            f"{origin}: emotion = {cell.strip()[:40]!r}: "
            f"expected 0 to 6, or one of {', '.join(EXPRESSIONS)}"
        )
    return label


def _split(usage: str | None, label: int, origin: str) -> str:
    if usage is None:
        return "test" if label == UNLABELLED else "train"
    split = SPLIT_OF_USAGE.get(usage.strip().lower())
    if split is None:
        raise BadInput(
            f"{origin}: Usage = {usage.strip()[:40]!r}: "
            "expected Training, PublicTest or PrivateTest"
        )
    return split


def _pixels(cell: str, origin: str) -> NDArray[np.uint8]:
    words = cell.split()
    if len(words) != PIXELS:
        raise BadInput(f"{origin}: {len(words):,} pixels: expected {PIXELS:,}")
    # Digits and spaces alone: int() would also take 1_0 and the digits of every script.
    if cell.encode(errors="replace").translate(None, b"0123456789 "):
        word = next((word for word in words if not (word.isascii() and word.isdigit())), cell)
        raise BadInput(f"{origin}: pixel {word[:20]!r}: expected a number from 0 to 255")
    values = np.fromstring(cell, dtype=np.int64, sep=" ")
    if values.max() > 255:
        word = words[int(values.argmax())]
        raise BadInput(f"{origin}: pixel {word[:20]}: expected a number from 0 to 255")
    return values.astype(np.uint8).reshape(SIZE, SIZE)

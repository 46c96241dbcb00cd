"""Read FER+: new labels for FER2013's images, from the votes of ten raters.

Barsoum et al., "Training deep networks for facial expression recognition with crowd-sourced label
distribution", ICMI 2016: ``fer2013new.csv`` holds the votes of each row of ``fer2013.csv``.
"""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.names import is_outside, label_of
from fer.faces.notes import ReadLog
from fer.faces.prepared import stack
from fer.faces.sources.kind import Kind, SourceFile, Splits, has_suffix, single_file, source_file
from fer.faces.sources.streams import open_decompressed
from fer.faces.sources.table import lines_of, rows_of, split_of
from fer.faces.sources.table_header import is_ferplus, split_line
from fer.wording import counted

VOTES = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt",
    "unknown", "nf",
)  # fmt: skip
"""Columns of ``fer2013new.csv``."""

PIXEL_FILES = ("fer2013.csv", "fer2013.csv.gz")
"""Names under which FER2013's pixels are looked for beside it."""


def read_ferplus(path: Path, log: ReadLog) -> Splits:
    """Read the images of ``fer2013.csv`` under the label with the most votes in ``path``.

    A face is left out, and counted, where the most votes are for unknown, not a face or contempt,
    or are a tie.

    Raises:
        BadInput: there is no ``fer2013.csv`` beside it, or its rows are not those of the votes.
    """
    pixels = _pixels_beside(path)
    labels = _labels(path)
    splits: dict[str, tuple[list[NDArray[np.uint8]], list[int], list[str], list[str]]] = {}
    count = 0
    with open_decompressed(pixels) as stream:
        for row in rows_of(stream, str(pixels), log):
            count = row.number + 1
            if row.number >= len(labels):
                continue
            split, label = labels[row.number]
            if split != row.split:
                raise BadInput(
                    f"{path}: row {row.number + 1} is in {split}, but in {row.split} in "
                    f"{pixels.name}: expected the same rows in the same order"
                )
            if isinstance(label, str):
                log.leave_out(label)
                continue
            images, numbers, ids, usages = splits.setdefault(split, ([], [], [], []))
            images.append(row.image)
            numbers.append(label)
            ids.append(str(row.number))
            usages.append(row.usage)
    if count != len(labels):
        raise BadInput(
            f"{path}: {counted(len(labels), 'row')}, but {count:,} in {pixels.name}: "
            f"expected as many"
        )
    if not splits:
        raise BadInput(f"{path}: no faces after the header")
    log.remark(f"labels: the most votes in {path.name}; images: {pixels.name}")
    return {split: stack(*parts) for split, parts in splits.items()}


def _pixels_beside(path: Path) -> Path:
    for name in PIXEL_FILES:
        if (path.parent / name).is_file():
            return path.parent / name
    raise BadInput(
        f"{path}: votes of FER+, which hold no pixels: put FER2013's fer2013.csv beside it"
    )


def _labels(path: Path) -> list[tuple[str, int | str]]:
    """Split and label of each row, or why it is left out."""
    with open_decompressed(path) as stream:
        lines = lines_of(stream, str(path))
        header = split_line(next(lines)[1], ",")
        if missing := [name for name in VOTES if name not in header]:
            raise BadInput(f"{path}: line 1: no column {missing[0]!r}: expected FER+'s votes")
        positions = [header.index(name) for name in VOTES]
        usage = header.index("usage")
        labels: list[tuple[str, int | str]] = []
        for number, line in lines:
            origin = f"{path}: line {number}"
            cells = next(csv.reader([line]))
            if len(cells) != len(header):
                raise BadInput(f"{origin}: {counted(len(cells), 'column')}: expected {len(header)}")
            votes = [_vote(cells[at], header[at], origin) for at in positions]
            labels.append((split_of(cells[usage], origin), _winner(votes)))
    return labels


def _vote(cell: str, column: str, origin: str) -> int:
    if not (cell.strip().isascii() and cell.strip().isdigit()):
        raise BadInput(f"{origin}: {column} = {cell[:20]!r}: expected a number of votes")
    return int(cell)


def _winner(votes: list[int]) -> int | str:
    most = max(votes)
    if votes.count(most) > 1:
        return "ties"
    name = VOTES[votes.index(most)]
    label = label_of(name)
    if label is not None:
        return label
    return f"{name}, which is none of the seven classes" if is_outside(name) else _REASONS[name]


_REASONS = {"unknown": "unknown", "nf": "not a face"}


def _is_votes(path: Path) -> bool:
    if not has_suffix(".csv")(path):
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return is_ferplus(file.readline(1000))


def _files(path: Path) -> list[SourceFile]:
    pixels = _pixels_beside(path)
    return [*single_file(path), source_file(pixels, pixels.name)]


KIND = Kind("a .csv or .tsv (also .gz, .bz2, .xz)", _is_votes, read_ferplus, _files)

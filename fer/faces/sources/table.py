"""Read Kaggle's CSV of FER2013: ``emotion,pixels,Usage``, and its two-column variants."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.names import SPLITS, is_outside, label_of, usage_of
from fer.faces.notes import ReadLog
from fer.faces.prepared import UNLABELLED, stack
from fer.faces.sources.archive import MAX_TOTAL
from fer.faces.sources.kind import Kind, Splits, has_suffix
from fer.faces.sources.pixels import parse_pixels
from fer.faces.sources.streams import COMPRESSED, DAMAGED, open_decompressed
from fer.faces.sources.table_header import Layout, encoding_of, layout_of
from fer.progress import track
from fer.recipe import EXPRESSIONS
from fer.wording import counted

SUFFIXES = tuple(f"{kind}{packed}" for kind in (".csv", ".tsv") for packed in ("", *COMPRESSED))
MAX_LINE = 40_000
"""Characters of a row; the longest valid one has 9,216 for its pixels, or 13,824 with ``.0``."""

_WHOLE = re.compile(r"([0-9])\.0+")


class Row(NamedTuple):
    """Attributes:
    number: 0 for the first row after the header.
    usage: ``PublicTest``, ``PrivateTest`` or empty.
    label: position in ``EXPRESSIONS``; -1 = unlabelled, None = an expression that is left out.
    image: ``uint8 [48, 48]``.
    """

    number: int
    split: str
    label: int | None
    image: NDArray[np.uint8]
    usage: str = ""


def is_table(name: str) -> bool:
    """Whether a file's name ends as a table's does, also where it is compressed."""
    return name.lower().endswith(SUFFIXES)


def read_csv(path: Path, log: ReadLog) -> Splits:
    """Read a CSV file, which may be compressed.

    Raises:
        BadInput: as ``read_table``, or it is damaged.
    """
    with open_decompressed(path) as stream:
        return read_table(stream, str(path), log)


def read_table(stream: BinaryIO, origin: str, log: ReadLog) -> Splits:
    """Read the faces of a CSV.

    Without a ``Usage`` column labelled rows are training faces, and unlabelled ones test faces.
    An id is the row's number, the first after the header being 0.

    Raises:
        BadInput: a header without ``pixels``, or a row that is short, long, not numeric, or out of
            range; the message names its line.
    """
    splits: dict[str, tuple[list[NDArray[np.uint8]], list[int], list[str], list[str]]] = {}
    for row in rows_of(stream, origin, log):
        if row.label is None:
            log.leave_out("contempt, which is none of the seven classes")
            continue
        images, labels, ids, usages = splits.setdefault(row.split, ([], [], [], []))
        images.append(row.image)
        labels.append(row.label)
        ids.append(str(row.number))
        usages.append(row.usage)
    if not splits:
        raise BadInput(f"{origin}: no faces after the header")
    return {split: stack(*parts) for split, parts in splits.items()}


def rows_of(stream: BinaryIO, origin: str, log: ReadLog) -> Iterator[Row]:
    """Read the rows of a CSV; those that cannot be read go to the log.

    Raises:
        BadInput: its header is wrong, it is no text, or it is damaged.
    """
    lines = lines_of(stream, origin)
    try:
        layout = layout_of(next(lines, (1, ""))[1], origin, log)
        for number, (line, text) in track(enumerate(lines), None, "reading rows"):
            try:
                row = _row(number, text, layout, f"{origin}: line {line}")
            except BadInput as problem:
                log.bad(problem)
                continue
            yield row
    except DAMAGED as error:
        raise BadInput(f"{origin}: damaged: {error}") from error


def lines_of(stream: BinaryIO, origin: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1.

    Raises:
        BadInput: an endless line or file, or an encoding that is not read.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    encoding = encoding_of(buffered.peek(4096)[:4096], origin)
    number = total = 0
    with io.TextIOWrapper(buffered, encoding=encoding, errors="replace", newline="") as text:
        # By lines with a limit, so that a file of one endless line does not fill the memory.
        while line := text.readline(MAX_LINE + 1):
            number += 1
            total += len(line)
            if len(line) > MAX_LINE:
                raise BadInput(f"{origin}: line {number}: expected at most {MAX_LINE:,} characters")
            if total > MAX_TOTAL:
                raise BadInput(
                    f"{origin}: line {number}: expected at most {MAX_TOTAL:,} characters"
                )
            if line.strip():
                yield number, line


def _row(number: int, text: str, layout: Layout, origin: str) -> Row:
    cells = next(csv.reader([text], delimiter=layout.delimiter))
    if len(cells) != layout.width:
        raise BadInput(f"{origin}: {counted(len(cells), 'column')}: expected {layout.width}")
    cell = {name: cells[position] for name, position in layout.columns.items()}
    label = _label(cell["emotion"], origin) if "emotion" in cell else UNLABELLED
    split = split_of(cell["usage"], origin) if "usage" in cell else _split_without_usage(label)
    usage = usage_of(cell.get("usage", ""))
    return Row(number, split, label, parse_pixels(cell["pixels"], origin), usage)


def _label(cell: str, origin: str) -> int | None:
    name = cell.strip()
    whole = _WHOLE.fullmatch(name)
    label = label_of(whole[1] if whole else name)
    if label is None and not is_outside(name):
        raise BadInput(
            f"{origin}: emotion = {name[:40]!r}: "
            f"expected 0 to 6, or one of {', '.join(EXPRESSIONS)}"
        )
    return label


def split_of(usage: str, origin: str) -> str:
    """The split that a cell of the column Usage names.

    Raises:
        BadInput: none.
    """
    split = SPLITS.get(usage.strip().lower())
    if split is None:
        raise BadInput(
            f"{origin}: Usage = {usage.strip()[:40]!r}: "
            "expected Training, PublicTest or PrivateTest, or train, val or test"
        )
    return split


def _split_without_usage(label: int | None) -> str:
    return "test" if label == UNLABELLED else "train"


KIND = Kind("a .csv or .tsv (also .gz, .bz2, .xz)", has_suffix(*SUFFIXES), read_csv)

"""How a table of faces is encoded and separated, and which of its columns are read."""

import csv
import difflib
from dataclasses import dataclass

from fer.errors import BadInput
from fer.faces.notes import ReadLog

COLUMNS = ("emotion", "pixels", "usage")
DELIMITERS = (",", ";", "\t")
OTHER_DELIMITERS = ("|", ":", " ")
"""Known, so that an error can name them."""
RENAMED = {
    "emotion": ("label", "labels", "class", "target", "expression", "category"),
    "usage": ("split", "set", "subset", "dataset", "partition", "fold"),
}
"""Names under which other data sets hold these columns."""


@dataclass(frozen=True)
class Layout:
    """Attributes:
    delimiter: between the cells.
    columns: the position of ``pixels``, and of ``emotion`` and ``usage`` where they are there.
    width: cells in a row.
    """

    delimiter: str
    columns: dict[str, int]
    width: int


def encoding_of(head: bytes, origin: str) -> str:
    """The encoding of a table, from its first bytes.

    Raises:
        BadInput: it is not UTF-8, nor UTF-16 with a byte order mark.
    """
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise BadInput(f"{origin}: line 1: encoded in UTF-32: save it as UTF-8")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in head:
        order = "UTF-16 without a byte order mark" if _alternates(head) else "not text"
        raise BadInput(f"{origin}: line 1: encoded in {order}: save it as UTF-8")
    return "utf-8-sig"


def _alternates(head: bytes) -> bool:
    return not any(head[:64:2]) or not any(head[1:64:2])


def layout_of(line: str, origin: str, log: ReadLog) -> Layout:
    """Read the header.

    Raises:
        BadInput: no ``pixels``, a column that appears twice, or one that may be ``emotion`` or
            ``usage`` under another name.
    """
    for delimiter in DELIMITERS:
        names = split_line(line, delimiter)
        if "pixels" in names:
            return _layout(names, delimiter, origin, log)
    if is_ferplus(line):
        raise BadInput(
            f"{origin}: votes of FER+, which hold no pixels: unpack it and put FER2013's "
            "fer2013.csv beside it"
        )
    for delimiter in OTHER_DELIMITERS:
        if "pixels" in split_line(line, delimiter):
            raise BadInput(
                f"{origin}: line 1: columns separated by {delimiter!r}: expected commas, "
                "semicolons or tabs"
            )
    raise BadInput(f"{origin}: line 1: no column 'pixels': expected emotion,pixels,Usage")


def is_ferplus(line: str) -> bool:
    """Whether a header is that of FER+'s ``fer2013new.csv``."""
    return {"usage", "contempt", "unknown", "nf"} <= set(split_line(line, ","))


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of a header, stripped and in lower case."""
    row = next(csv.reader([line], delimiter=delimiter), [])
    return [name.strip().lower() for name in row]


def _layout(names: list[str], delimiter: str, origin: str, log: ReadLog) -> Layout:
    for name in COLUMNS:
        if names.count(name) > 1:
            raise BadInput(f"{origin}: line 1: column {name!r} appears twice")
    columns = {name: names.index(name) for name in COLUMNS if name in names}
    others = [name for name in names if name not in COLUMNS]
    # A misspelt "emotion" must not make labelled faces unlabelled ones, nor "split" mix the splits.
    for column, other_names in RENAMED.items():
        for name in others:
            if column not in columns and (name in other_names or _is_like(name, column)):
                raise BadInput(
                    f"{origin}: line 1: unknown column {name!r}: did you mean {column!r}? "
                    "rename it, or remove it"
                )
    if named := [name for name in others if name and not name.startswith("unnamed:")]:
        log.remark(f"columns not used: {', '.join(named)}")
    return Layout(delimiter, columns, len(names))


def _is_like(name: str, column: str) -> bool:
    """Whether a name is a misspelt column: ``emotions`` and ``usag`` are, ``image`` is not."""
    return bool(difflib.get_close_matches(name, [column], cutoff=0.75))

"""``submission.csv``: a predicted label for each image, to be graded elsewhere."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from fer.errors import BadInput
from fer.files import write_text
from fer.wording import counted

HEADER = ["id", "label"]


def write_submission(path: Path, ids: Iterable[str], labels: Iterable[int]) -> None:
    """Write ``id,label``, where the label is the class's index; ids and labels go in pairs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows((name, int(label)) for name, label in zip(ids, labels, strict=True))
    write_text(path, text.getvalue())


def read_submission(path: Path, classes: int) -> dict[str, int]:
    """The predicted label of each id.

    Args:
        classes: how many there are.

    Raises:
        BadInput: it is missing, or is not such a file; the message names the line.
    """
    try:
        lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or "not a CSV"
        raise BadInput(f"{path}: {reason}: expected a submission of id,label") from error
    if not lines or lines[0] != HEADER:
        first = ",".join(lines[0])[:40] if lines else ""
        raise BadInput(f"{path}: line 1: {first!r}: expected id,label")
    labels: dict[str, int] = {}
    for number, cells in enumerate(lines[1:], 2):
        origin = f"{path}: line {number}"
        if len(cells) != len(HEADER):
            raise BadInput(f"{origin}: {counted(len(cells), 'column')}: expected id,label")
        name, label = cells
        if name in labels:
            raise BadInput(f"{origin}: id = {name[:40]!r}: stands there twice: expected once")
        if not (label.isascii() and label.isdigit() and int(label) < classes):
            raise BadInput(f"{origin}: label = {label[:40]!r}: expected 0 to {classes - 1}")
        labels[name] = int(label)
    if not labels:
        raise BadInput(f"{path}: no predictions after the header")
    return labels

"""``submission.csv``: a predicted label for each image, to be graded elsewhere."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from fer.files import write_text


def write_submission(path: Path, ids: Iterable[str], labels: Iterable[int]) -> None:
    """Write ``id,label``, where the label is the class's index; ids and labels go in pairs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "label"])
    writer.writerows((name, int(label)) for name, label in zip(ids, labels, strict=True))
    write_text(path, text.getvalue())

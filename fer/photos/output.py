"""Predictions for photos as a table, as JSON and as CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fer.errors import printable
from fer.files import write_text
from fer.photos.box import Box
from fer.photos.crop import Photo
from fer.photos.prediction import Prediction

SIDES = ("left", "top", "width", "height")


def print_table(
    photos: Sequence[Photo], faces: Sequence[Sequence[Prediction]], classes: Sequence[str]
) -> None:
    """Print a row for each face: image, label, probabilities, and which part of the image it is."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("image", "label")
    table.columns[0].overflow = "fold"
    for name in classes:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("taken from")
    for photo, face in _pairs(photos, faces):
        table.add_row(
            Text(printable(photo.name)),
            Text(face.label, "bold"),
            *(f"{face.probabilities[name]:.3f}" for name in classes),
            _taken_from(photo, face.box),
        )
    if table.row_count:
        Console(highlight=False, markup=False).print(table)


def as_json(
    photos: Sequence[Photo], faces: Sequence[Sequence[Prediction]], model: Path
) -> dict[str, Any]:
    """An object with ``model`` and ``images``; each image has its ``faces``, possibly none."""
    images = [
        {
            "image": photo.name,
            "width": photo.size[0],
            "height": photo.size[1],
            "changes": list(photo.changes),
            "faces": [
                {
                    "label": face.label,
                    "probabilities": dict(face.probabilities),
                    "box": face.box and dict(zip(SIDES, _sides(face.box), strict=True)),
                }
                for face in found
            ],
        }
        for photo, found in zip(photos, faces, strict=True)
    ]
    return {"model": str(model), "images": images}


def write_csv(
    path: Path,
    photos: Sequence[Photo],
    faces: Sequence[Sequence[Prediction]],
    classes: Sequence[str],
) -> None:
    """Write a row for each face: image, box (empty if none was detected), label and
    probabilities."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["image", *SIDES, "label", *classes])
    for photo, face in _pairs(photos, faces):
        box = _sides(face.box) if face.box else ("",) * len(SIDES)
        scores = (f"{face.probabilities[name]:.6f}" for name in classes)
        writer.writerow([photo.name, *box, face.label, *scores])
    write_text(path, text.getvalue())


def _pairs(
    photos: Sequence[Photo], faces: Sequence[Sequence[Prediction]]
) -> Iterator[tuple[Photo, Prediction]]:
    for photo, found in zip(photos, faces, strict=True):
        for face in found:
            yield photo, face


def _sides(box: Box) -> tuple[int, ...]:
    return box.left, box.top, box.width, box.height


def _taken_from(photo: Photo, box: Box | None) -> str:
    if box is None:
        return ", ".join(photo.changes) or "48×48 gray, as it is"
    return f"{box.width}×{box.height} at {box.left}, {box.top}"

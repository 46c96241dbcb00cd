"""Audit a source: duplicates, conflicting labels, leaks, flat and unreadable images."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.load import open_source, read_source
from fer.faces.notes import ReadLog
from fer.faces.prepared import UNLABELLED, InMemory, Prepared
from fer.recipe import EXPRESSIONS

FLAT = 5.0
"""An image with a smaller SD of its gray levels is flat: it has hardly any contrast."""


@dataclass(frozen=True)
class Face:
    """One image of a split; ``label`` is a class name, or empty where unlabelled."""

    split: str
    label: str
    id: str
    image: NDArray[np.uint8]


@dataclass(frozen=True)
class Audit:
    """The result of an audit.

    Attributes:
        source: its file's name: a page that is passed on should not reveal folders.
        counts: faces by split and class.
        mean, sd: gray levels over all pixels of all faces, 0 to 255.
        duplicates: groups of two or more byte-identical images, largest first.
        conflicts: those groups whose images have more than one label.
        leaks: test images that are also in train or validation; None without test images, or
            without others to compare them with.
        validation_leaks: images of the source's own validation split that are also in train; None
            without either.
        flat: images with an SD below ``FLAT``.
        unreadable: one line for each image, row or other file that was not read.
        remarks: what was converted or left out, one line each.
    """

    source: str
    counts: dict[str, dict[str, int]]
    mean: float
    sd: float
    duplicates: list[list[Face]]
    conflicts: list[list[Face]]
    leaks: list[Face] | None
    validation_leaks: list[Face] | None
    flat: list[Face]
    unreadable: list[str]
    remarks: list[str]

    @property
    def leaks_unchecked(self) -> str:
        """Why leaks are not known; empty if they are."""
        if self.leaks is not None:
            return ""
        missing = "train" if "test" in self.counts else "test"
        return f"no {missing} split in this source: leaks not checked"

    def as_json(self) -> dict[str, Any]:
        """The numbers, without the images."""
        return {
            "source": self.source,
            "counts": self.counts,
            "mean": self.mean,
            "sd": self.sd,
            "duplicate_groups": len(self.duplicates),
            "duplicate_images": sum(map(len, self.duplicates)),
            "conflicts": [_names(group) for group in self.conflicts],
            "leaks": None if self.leaks is None else _names(self.leaks),
            "validation_leaks": (
                None if self.validation_leaks is None else _names(self.validation_leaks)
            ),
            "flat": _names(self.flat),
            "unreadable": self.unreadable,
            "remarks": self.remarks,
        }


def audit(
    source: str, classes: tuple[str, ...] | None = None, test_source: str | None = None
) -> Audit:
    """Audit a source; images that cannot be read are listed, not refused.

    Args:
        classes: only these, and unlabelled faces; None = all that it has.
        test_source: where the test faces are, if not in ``source``.

    Raises:
        BadInput: the source as a whole cannot be read, or nothing is left of it.
    """
    prepared, unreadable = _read(source)
    remarks = list(prepared.notes.remarks)
    if test_source is not None:
        tests, unreadable_tests = _read(test_source)
        if "test" in prepared or "test" not in tests:
            wrong = source if "test" in prepared else test_source
            raise BadInput(f"{wrong}: expected test faces in {test_source} alone")
        prepared = InMemory({**prepared, "test": tests["test"]})
        remarks += tests.notes.remarks
        unreadable += unreadable_tests
    faces = _faces(prepared, classes)
    if not faces:
        raise BadInput(f"{source}: no faces of {', '.join(classes or EXPRESSIONS)} in it")
    groups: dict[bytes, list[Face]] = defaultdict(list)
    for face in faces:
        groups[face.image.tobytes()].append(face)
    duplicates = sorted((g for g in groups.values() if len(g) > 1), key=len, reverse=True)
    counts: dict[str, dict[str, int]] = {}
    for (split, label), count in sorted(Counter((f.split, f.label) for f in faces).items()):
        counts.setdefault(split, {})[label or "(unlabelled)"] = count
    mean, sd = _gray_levels(faces)
    return Audit(
        source=_name(source),
        counts=counts,
        mean=mean,
        sd=sd,
        duplicates=duplicates,
        conflicts=[g for g in duplicates if len({face.label for face in g} - {""}) > 1],
        leaks=_leaks(duplicates, counts, "test", {"train", "validation"}),
        validation_leaks=_leaks(duplicates, counts, "validation", {"train"}),
        flat=[face for face in faces if face.image.std() < FLAT],
        unreadable=unreadable,
        remarks=remarks,
    )


def _read(source: str) -> tuple[Prepared, list[str]]:
    """A source, and a line for each image, row or file of it that was not read."""
    bad: list[str] = []
    try:
        prepared = open_source(source)
    except BadInput:
        # Training refuses a source at its first bad image; an audit reads on, past the cache.
        prepared = read_source(source, ReadLog(lambda problem: bad.append(str(problem))))
    lines = [*bad, *(f"{source}: {line}" for line in prepared.notes.unread)]
    return prepared, [line.replace(source, _name(source)) for line in lines]


def _name(source: str) -> str:
    return Path(source).name or Path(source).resolve().name


def _leaks(
    duplicates: list[list[Face]], splits: Collection[str], split: str, seen_in: set[str]
) -> list[Face] | None:
    """The faces of a split that are also in one of the others; None if one side is missing."""
    if split not in splits or seen_in.isdisjoint(splits):
        return None
    return [
        face
        for group in duplicates
        if any(other.split in seen_in for other in group)
        for face in group
        if face.split == split
    ]


def _gray_levels(faces: list[Face]) -> tuple[float, float]:
    """Mean and SD of all pixels, from a histogram: exact, without a float per pixel."""
    histogram = np.zeros(256, dtype=np.int64)
    for face in faces:
        histogram += np.bincount(face.image.ravel(), minlength=256)
    levels = np.arange(256)
    mean = float(histogram @ levels) / int(histogram.sum())
    return mean, (float(histogram @ levels**2) / int(histogram.sum()) - mean**2) ** 0.5


def _faces(prepared: Prepared, classes: tuple[str, ...] | None) -> list[Face]:
    wanted = {*(classes or EXPRESSIONS), ""}
    return [
        Face(split, name, str(identity), image)
        for split, part in prepared.items()
        for image, label, identity in zip(
            np.asarray(part.images), part.labels, part.ids, strict=True
        )
        if (name := "" if label == UNLABELLED else EXPRESSIONS[label]) in wanted
    ]


def _names(faces: list[Face]) -> list[str]:
    return ["/".join(part for part in (face.split, face.label, face.id) if part) for face in faces]

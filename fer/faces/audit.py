"""What is odd about a source: duplicates, conflicting labels, leaks, damaged and empty images."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.load import read_source
from fer.faces.prepared import UNLABELLED, Prepared
from fer.recipe import EXPRESSIONS

FLAT = 5.0
"""Gray levels of SD below which an image shows next to nothing."""


@dataclass(frozen=True)
class Face:
    """One image and where it stands; ``label`` is a class name, or empty where unlabelled."""

    split: str
    label: str
    id: str
    image: NDArray[np.uint8]


@dataclass(frozen=True)
class Audit:
    """What was found.

    Attributes:
        counts: faces by split and class.
        mean, sd: gray levels over all pixels of all faces, 0 to 255.
        duplicates: groups of two or more byte-identical images, largest first.
        conflicts: those groups whose images have more than one label.
        leaks: test images that also stand in train.
        flat: images with an SD below ``FLAT``.
        unreadable: one line for each image or row that could not be read.
    """

    source: str
    counts: dict[str, dict[str, int]]
    mean: float
    sd: float
    duplicates: list[list[Face]]
    conflicts: list[list[Face]]
    leaks: list[Face]
    flat: list[Face]
    unreadable: list[str]

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
            "leaks": _names(self.leaks),
            "flat": _names(self.flat),
            "unreadable": self.unreadable,
        }


def audit(source: str, classes: tuple[str, ...] | None = None) -> Audit:
    """Audit a source; images that cannot be read are listed rather than refused.

    Args:
        classes: only these, and unlabelled faces; None = all that it has.

    Raises:
        BadInput: the source as a whole cannot be read, or nothing is left of it.
    """
    unreadable: list[str] = []
    prepared = read_source(source, lambda problem: unreadable.append(str(problem)))
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
    images = np.stack([face.image for face in faces])
    return Audit(
        source=source,
        counts=counts,
        mean=float(images.mean()),
        sd=float(images.std()),
        duplicates=duplicates,
        conflicts=[g for g in duplicates if len({face.label for face in g} - {""}) > 1],
        leaks=[
            face
            for group in duplicates
            if any(other.split == "train" for other in group)
            for face in group
            if face.split == "test"
        ],
        flat=[f for f, sd in zip(faces, images.std(axis=(1, 2)), strict=True) if sd < FLAT],
        unreadable=unreadable,
    )


def _faces(prepared: Prepared, classes: tuple[str, ...] | None) -> list[Face]:
    wanted = {*(classes or EXPRESSIONS), ""}
    return [
        Face(split, name, str(identity), image)
        for split, part in prepared.items()
        for image, label, identity in zip(part.images, part.labels, part.ids, strict=True)
        if (name := "" if label == UNLABELLED else EXPRESSIONS[label]) in wanted
    ]


def _names(faces: list[Face]) -> list[str]:
    return ["/".join(part for part in (face.split, face.label, face.id) if part) for face in faces]

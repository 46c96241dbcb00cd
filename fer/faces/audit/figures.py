"""Counts, identical images, contradicting labels, leaks and odd images of prepared faces."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer.faces.prepared import UNLABELLED, Prepared, PreparedSplit
from fer.recipe import EXPRESSIONS

CHUNK = 4096
"""Images at a time: the floats of all of FER2013 would take 330 MB."""
NEARLY_CONSTANT = 5.0
"""SD in gray levels. Of FER2013's 28,709 training images 12 lie under 1 and the next at 9."""


@dataclass(frozen=True)
class Member:
    """Where an image stands; its label is None where it has none."""

    split: str
    id: str
    label: str | None


@dataclass(frozen=True)
class Group:
    """Byte-identical images. ``image`` is ``uint8 [48, 48]``; there are at least two members."""

    image: NDArray[np.uint8]
    members: tuple[Member, ...]

    @property
    def contradicts(self) -> bool:
        """Its members carry different labels."""
        return len({member.label for member in self.members if member.label is not None}) > 1

    @property
    def leaks(self) -> bool:
        """It stands in train and in test."""
        return len({member.split for member in self.members}) > 1


@dataclass(frozen=True)
class Odd:
    """An image that shows nothing, or hardly anything."""

    image: NDArray[np.uint8]
    member: Member
    why: str


@dataclass(frozen=True)
class SplitFigures:
    """Faces per class (``unlabelled`` where there is no label), and their pixels from 0 to 255."""

    counts: dict[str, int]
    mean: float
    sd: float

    @property
    def faces(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Audit:
    """Attributes:
    unreadable: one line an image, or row, that could not be read.
    """

    source: str
    classes: tuple[str, ...]
    splits: dict[str, SplitFigures]
    duplicates: tuple[Group, ...]
    odd: tuple[Odd, ...]
    unreadable: tuple[str, ...]

    @property
    def conflicts(self) -> tuple[Group, ...]:
        """Identical images with different labels."""
        return tuple(group for group in self.duplicates if group.contradicts)

    @property
    def leaks(self) -> tuple[Group, ...]:
        """Identical images on both sides of the split."""
        return tuple(group for group in self.duplicates if group.leaks)

    @property
    def duplicate_images(self) -> int:
        """Images that have at least one identical one."""
        return sum(len(group.members) for group in self.duplicates)

    @property
    def leaked_test_images(self) -> int:
        """Test images that also stand in train."""
        return sum(member.split == "test" for group in self.leaks for member in group.members)


def audit(
    prepared: Prepared, classes: tuple[str, ...], source: str, unreadable: tuple[str, ...] = ()
) -> Audit:
    """Examine the faces of some classes, and all that have no label."""
    places: dict[bytes, list[tuple[str, int]]] = {}
    splits, odd = {}, []
    wanted = [UNLABELLED, *(EXPRESSIONS.index(name) for name in classes)]
    for split, part in prepared.items():
        chosen = np.flatnonzero(np.isin(part.labels, wanted))
        for index in chosen.tolist():
            digest = hashlib.sha256(part.images[index].tobytes()).digest()
            places.setdefault(digest, []).append((split, index))
        splits[split] = _figures(part, chosen, classes)
        odd += list(_odd_images(split, part, chosen))
    groups = (
        Group(
            np.array(prepared[where[0][0]].images[where[0][1]]),
            tuple(_member(split, prepared[split], index) for split, index in where),
        )
        for where in places.values()
        if len(where) > 1
    )
    return Audit(source, classes, splits, tuple(groups), tuple(odd), unreadable)


def _figures(
    part: PreparedSplit, chosen: NDArray[np.int64], classes: tuple[str, ...]
) -> SplitFigures:
    labels = Counter(part.labels[chosen].tolist())
    counts = {name: labels[EXPRESSIONS.index(name)] for name in classes}
    if labels[UNLABELLED]:
        counts = {name: count for name, count in counts.items() if count}
        counts["unlabelled"] = labels[UNLABELLED]
    # The histogram gives mean and SD exactly, in whole numbers.
    histogram = np.zeros(256, dtype=np.int64)
    for images in _chunks(part, chosen):
        histogram += np.bincount(images.ravel(), minlength=256)
    if not (total := int(histogram.sum())):
        return SplitFigures(counts, float("nan"), float("nan"))
    levels = np.arange(256)
    mean = float(histogram @ levels) / total
    sd = (float(histogram @ levels**2) / total - mean**2) ** 0.5
    return SplitFigures(counts, mean, sd)


def _odd_images(split: str, part: PreparedSplit, chosen: NDArray[np.int64]) -> Iterator[Odd]:
    for start in range(0, len(chosen), CHUNK):
        indices = chosen[start : start + CHUNK]
        images = part.images[indices]
        spreads = images.reshape(len(images), -1).std(axis=1, dtype=np.float32)
        for position in np.flatnonzero(spreads < NEARLY_CONSTANT).tolist():
            image, spread = np.array(images[position]), float(spreads[position])
            value = int(image[0, 0])
            why = f"constant: {value}" if np.ptp(image) == 0 else f"nearly constant: SD {spread:.1f}"
            yield Odd(image, _member(split, part, int(indices[position])), why)


def _chunks(part: PreparedSplit, chosen: NDArray[np.int64]) -> Iterator[NDArray[np.uint8]]:
    for start in range(0, len(chosen), CHUNK):
        yield part.images[chosen[start : start + CHUNK]]


def _member(split: str, part: PreparedSplit, index: int) -> Member:
    label = int(part.labels[index])
    return Member(split, str(part.ids[index]), None if label == UNLABELLED else EXPRESSIONS[label])

"""Recognise FER2013 by its content, in any file format, and remember where it is prepared."""

import hashlib
from pathlib import Path

from fer.errors import BadInput
from fer.faces.prepared import Prepared, PreparedSplit
from fer.files import write_text

TRAIN_FINGERPRINT = "89955e57c16ecd79d97f31b2205c60e786ebfae4a2e5ffeff6a096af7663a606"
TRAIN_COUNTS = (3995, 436, 4097, 7215, 4830, 3171, 4965)
"""Faces of each class, in the order of the labels."""
TEST_COUNTS = (958, 111, 1024, 1774, 1247, 831, 1233)
"""Of PublicTest and PrivateTest together, in the order of the labels."""
MARK = "fer2013"
"""A file in the cache, which holds the name of FER2013's folder in it."""


def fingerprint(part: PreparedSplit) -> str:
    """SHA-256 of pixels and labels, independent of the order of the faces and their file format."""
    faces = sorted(
        hashlib.sha256(image.tobytes()).digest() + label.to_bytes(1, signed=True)
        for image, label in zip(part.images, part.labels.tolist(), strict=True)
    )
    return hashlib.sha256(b"".join(faces)).hexdigest()


def is_fer2013(prepared: Prepared) -> bool:
    """Whether its training faces are FER2013's, with their labels."""
    return "train" in prepared and fingerprint(prepared["train"]) == TRAIN_FINGERPRINT


def check_fer2013(prepared: Prepared, source: str) -> None:
    """Compare prepared faces with the whole of FER2013.

    Raises:
        BadInput: they are others, or some are missing.
    """
    if not is_fer2013(prepared):
        raise BadInput(f"{source}: its training faces are not FER2013's (their hash differs)")
    labels = prepared["test"].labels if "test" in prepared else ()
    counts = tuple(sum(int(label) == index for label in labels) for index in range(7))
    if counts != TEST_COUNTS:
        raise BadInput(f"{source}: test faces {counts} by class: expected {TEST_COUNTS}")


def remember(folder: Path, prepared: Prepared) -> None:
    """Make a prepared FER2013 the default source; one without test faces replaces no other."""
    if "test" in prepared or remembered(folder.parent) is None:
        write_text(folder.parent / MARK, folder.name)


def remembered(cache: Path) -> Path | None:
    """The folder of the FER2013 that was prepared in the cache; None = none was."""
    mark = cache / MARK
    if not mark.exists():
        return None
    folder = cache / mark.read_text(encoding="utf-8").strip()
    return folder if folder.is_dir() else None

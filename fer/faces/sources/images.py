"""Read image files whose folders name their split and class."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.decode import decode
from fer.faces.names import NUMBERING, SPLITS, is_outside, label_of, nearest_class
from fer.faces.notes import ReadLog
from fer.faces.prepared import UNLABELLED, PreparedSplit, stack
from fer.faces.sources.kind import Splits
from fer.progress import track


class ImageFile(NamedTuple):
    """Attributes:
    path: below the folder or archive.
    order: what the faces are sorted by.
    read: reads its bytes, at most one more than ``decode`` accepts.
    """

    path: PurePosixPath
    order: str
    read: Callable[[], bytes]


class _Face(NamedTuple):
    order: str
    path: PurePosixPath
    below: PurePosixPath
    """The path below the split's folder."""
    label: int
    image: NDArray[np.uint8]


def read_images(files: Sequence[ImageFile], origin: str, log: ReadLog) -> Splits:
    """Read ``[…/]SPLIT/CLASS/NAME`` images, and ``[…/]test/NAME`` without labels.

    Raises:
        BadInput: no image is left, or one that cannot be read, or is of an unknown class.
    """
    splits: dict[str, list[_Face]] = {}
    for file in track(files, len(files), "reading images"):
        try:
            name = str(file.path)
            if not name.isprintable():
                raise BadInput(f"{origin}: {name}: a name with characters that cannot be printed")
            split, label, below = _place(file.path, origin, log)
            if label is None:
                log.leave_out(f"{below.parts[0].lower()}, which is none of the seven classes")
                continue
            image, converted = decode(file.read(), f"{origin}: {name}")
        except BadInput as problem:
            log.bad(problem)
            continue
        except OSError as error:
            log.bad(BadInput(f"{origin}: {file.path}: cannot be read: {error.strerror or error}"))
            continue
        if converted:
            log.convert(converted, name)
        splits.setdefault(split, []).append(_Face(file.order, file.path, below, label, image))
    if not splits:
        raise BadInput(f"{origin}: no images: expected train/CLASS/* or test/* in it")
    return {split: _stacked(faces, origin) for split, faces in splits.items()}


def _stacked(faces: list[_Face], origin: str) -> PreparedSplit:
    faces.sort(key=lambda face: face.order)
    ids = unique_ids([face.path for face in faces], [face.below for face in faces], origin)
    return stack([face.image for face in faces], [face.label for face in faces], ids)


def unique_ids(
    paths: Sequence[PurePosixPath], below: Sequence[PurePosixPath], origin: str
) -> list[str]:
    """The shortest names that tell all images of a split apart.

    File names without their ending; else the path below the split, without and then with its
    ending; else the whole path.

    Raises:
        BadInput: two images have the same path, as an archive may hold.
    """
    for names in (
        [path.stem for path in paths],
        [str(path.with_suffix("")) for path in below],
        [str(path) for path in below],
        [str(path) for path in paths],
    ):
        if len(set(names)) == len(names):
            return names
    twice = Counter(map(str, paths)).most_common(1)[0][0]
    raise BadInput(f"{origin}: {twice}: two images of this name: expected one")


def _place(path: PurePosixPath, origin: str, log: ReadLog) -> tuple[str, int | None, PurePosixPath]:
    """Split, label and path below the split; a label of None = the class is left out."""
    parts = [part.lower() for part in path.parts[:-1]]
    at = next((i for i in reversed(range(len(parts))) if parts[i] in SPLITS), None)
    if at is None:
        raise BadInput(
            f"{origin}: {path}: expected train/CLASS/*, validation/CLASS/*, test/CLASS/* or test/*"
        )
    split, classes = SPLITS[parts[at]], parts[at + 1 :]
    below = PurePosixPath(*path.parts[at + 1 :])
    if not classes and split == "test":
        return split, UNLABELLED, below
    if len(classes) != 1:
        raise BadInput(f"{origin}: {path}: expected {path.parts[at]}/CLASS/*")
    label = label_of(classes[0])
    if label is None and not is_outside(classes[0]):
        raise BadInput(
            f"{origin}: {path}: unknown class {classes[0]!r}: {nearest_class(classes[0])}"
        )
    if classes[0].isdigit():
        log.remark(f"class folders are read as FER2013's numbers: {NUMBERING}")
    return split, label, below

"""Read image files whose folders name their split and class."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.decode import decode
from fer.faces.names import NUMBERING, SPLITS, is_outside, label_of, nearest_class, usage_of
from fer.faces.notes import ReadLog
from fer.faces.prepared import UNLABELLED, PreparedSplit, stack
from fer.faces.sources.kind import Splits
from fer.progress import track


class ImageFile(NamedTuple):
    """Attributes:
    name: below the folder or archive, with ``/`` between its parts.
    order: what the faces are sorted by.
    read: reads its bytes, at most one more than ``decode`` accepts.
    """

    name: str
    order: str
    read: Callable[[], bytes]


class _Face(NamedTuple):
    file: ImageFile
    below: str
    """Its name below the split's folder."""
    label: int
    image: NDArray[np.uint8]


def read_images(files: Sequence[ImageFile], origin: str, log: ReadLog) -> Splits:
    """Read ``[…/]SPLIT/CLASS/NAME`` images, and ``[…/]test/NAME`` without labels.

    Raises:
        BadInput: no image is left, or one that cannot be read, or is of an unknown class.
    """
    splits: dict[str, list[_Face]] = {}
    for file in track(files, len(files), "reading images"):
        name = file.name
        try:
            if not name.isprintable():
                raise BadInput(f"{origin}: {name}: a name with characters that cannot be printed")
            split, label, below = _place(name, origin, log)
            if label is None:
                log.leave_out(f"{below.split('/')[0].lower()}, which is none of the seven classes")
                continue
            image, converted = decode(file.read(), f"{origin}: {name}")
        except BadInput as problem:
            log.bad(problem)
            continue
        except OSError as error:
            log.bad(BadInput(f"{origin}: {name}: cannot be read: {error.strerror or error}"))
            continue
        if converted:
            log.convert(converted, name)
        splits.setdefault(split, []).append(_Face(file, below, label, image))
    if not splits:
        raise BadInput(f"{origin}: no images: expected train/CLASS/* or test/* in it")
    return {split: _stacked(faces, origin) for split, faces in splits.items()}


def _place(name: str, origin: str, log: ReadLog) -> tuple[str, int | None, str]:
    """Split, label and name below the split; a label of None = the class is left out."""
    *folders, file = name.split("/")
    at = next((i for i in range(len(folders) - 1, -1, -1) if folders[i].lower() in SPLITS), None)
    if at is None:
        raise BadInput(
            f"{origin}: {name}: expected train/CLASS/*, validation/CLASS/*, test/CLASS/* or test/*"
        )
    split, classes = SPLITS[folders[at].lower()], folders[at + 1 :]
    if not classes and split == "test":
        return split, UNLABELLED, file
    if len(classes) != 1:
        raise BadInput(f"{origin}: {name}: expected {folders[at]}/CLASS/*")
    label = label_of(classes[0])
    if label is None and not is_outside(classes[0]):
        shown = classes[0].lower()
        raise BadInput(f"{origin}: {name}: unknown class {shown!r}: {nearest_class(shown)}")
    if classes[0].isdigit():
        log.remark(f"class folders are read as FER2013's numbers: {NUMBERING}")
    return split, label, f"{classes[0]}/{file}"


def _stacked(faces: list[_Face], origin: str) -> PreparedSplit:
    faces.sort(key=lambda face: face.file.order)
    ids = unique_ids([face.file.name for face in faces], [face.below for face in faces], origin)
    usages = [_usage(face.file.name) for face in faces]
    return stack([face.image for face in faces], [face.label for face in faces], ids, usages)


def _usage(name: str) -> str:
    """The part of the test images that a file's name or one of its folders names."""
    return next(filter(None, map(usage_of, reversed(name.split("/")))), "")


def unique_ids(names: Sequence[str], below: Sequence[str], origin: str) -> list[str]:
    """The shortest names that tell all images of a split apart.

    File names without their ending; else the names below the split, without and then with their
    ending; else the whole names.

    Raises:
        BadInput: two images have the same name, as an archive may hold.
    """
    for ids in (
        [_without_ending(name.rpartition("/")[2]) for name in names],
        [_without_ending(name) for name in below],
        list(below),
        list(names),
    ):
        if len(set(ids)) == len(ids):
            return ids
    twice = Counter(names).most_common(1)[0][0]
    raise BadInput(f"{origin}: {twice}: two images of this name: expected one")


def _without_ending(name: str) -> str:
    return name.rpartition(".")[0]

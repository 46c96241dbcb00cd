"""The image files that a command line names, as files and folders."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fer.errors import BadInput
from fer.photos.crop import Photo
from fer.photos.picture import Picture, read_picture
from fer.progress import track
from fer.wording import counted


@dataclass(frozen=True)
class Photos:
    """Attributes:
    photos: in the order in which they were named; a folder's by name.
    skipped: a line for each file of a folder that could not be read as an image.
    """

    photos: tuple[Photo, ...]
    skipped: tuple[str, ...]


def read_photos(
    paths: Sequence[Path], cut: Callable[[Picture], Photo], least: int | None = None
) -> Photos:
    """Read images; a folder means the images in it and its subfolders, hidden ones excepted.

    Args:
        cut: crops the faces of a picture.
        least: as for ``read_picture``.

    Raises:
        BadInput: a named file is missing or no image, a file is named twice, or no image is left.
    """
    photos: list[Photo] = []
    skipped: list[str] = []
    listed = {}
    for path in paths:
        for file in _files(path):
            if file in listed:
                raise BadInput(f"{file}: named twice: expected each image once")
            listed[file] = path.is_dir()
    for file, in_folder in track(listed.items(), len(listed), "reading images"):
        try:
            picture = read_picture(file, least=least)
        except BadInput as problem:
            if not in_folder:
                raise
            skipped.append(str(problem))
        else:
            photos.append(cut(picture))
    if not photos:
        first = f", such as {skipped[0]}" if skipped else ""
        raise BadInput(f"{paths[0]}: no image in it, of {counted(len(listed), 'file')}{first}")
    return Photos(tuple(photos), tuple(skipped))


def _files(path: Path) -> Iterator[Path]:
    """The path itself, or the files in a folder and its folders, by name, without hidden ones."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, files in os.walk(path):
        # A link to a folder is not followed: it may lead back. It is listed, and then not read.
        links = [name for name in folders if Path(folder, name).is_symlink()]
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*files, *links]):
            if not name.startswith("."):
                yield Path(folder, name)

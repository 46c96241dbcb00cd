"""The image files that a command line names, as files and folders."""

import os
import stat
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from fer.errors import BadInput
from fer.faces.decode import formats_for
from fer.photos.square import to_square
from fer.progress import track
from fer.wording import counted

_PILLOW_LIMIT = 2 * (Image.MAX_IMAGE_PIXELS or 0)
"""Pixels above which Pillow refuses to open an image."""


@dataclass(frozen=True)
class Photo:
    """One image, ready for a network.

    Attributes:
        path: as it was named, or with the folder that was named.
        pixels: ``uint8 [48, 48]``.
        changes: what was done to bring it there, in a few words each; empty for 48×48 8-bit gray.
    """

    path: Path
    pixels: NDArray[np.uint8]
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Photos:
    """Attributes:
    photos: in the order in which they were named; a folder's by name.
    skipped: a line for each file of a folder that could not be read as an image.
    """

    photos: tuple[Photo, ...]
    skipped: tuple[str, ...]


def read_photos(paths: Sequence[Path]) -> Photos:
    """Read images; a folder means the images in it and its subfolders, hidden ones excepted.

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
            photos.append(read_photo(file))
        except BadInput as problem:
            if not in_folder:
                raise
            skipped.append(str(problem))
    if not photos:
        first = f", such as {skipped[0]}" if skipped else ""
        raise BadInput(f"{paths[0]}: no image in it, of {counted(len(listed), 'file')}{first}")
    return Photos(tuple(photos), tuple(skipped))


def read_photo(path: Path) -> Photo:
    """Read one image file.

    Raises:
        BadInput: it is missing, damaged, too large or of a type that Pillow does not read.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise BadInput(f"{path}: expected an image file")
        # Pillow warns of a half of its limit on pixels, and of odd metadata.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with path.open("rb") as file:
                formats = formats_for(file.read(16), str(path))
            with Image.open(path, formats=formats) as image:
                return Photo(path, *to_square(image, str(path)))
    except BadInput:
        raise
    except UnidentifiedImageError as error:
        heic = path.suffix.lower() in (".heic", ".heif")
        kind = "HEIC, which Pillow" if heic else "not an image, or of a type that Pillow"
        raise BadInput(f"{path}: {kind} does not read: save it as JPEG or PNG") from error
    except Image.DecompressionBombError as error:
        raise BadInput(f"{path}: too large: expected at most {_PILLOW_LIMIT:,} pixels") from error
    except Exception as error:  # the errors of Pillow's plugins have no common type
        if isinstance(error, OSError) and error.filename is not None:
            raise BadInput(f"{path}: cannot be read: {error.strerror}") from error
        raise BadInput(f"{path}: damaged image: {error or type(error).__name__}") from error


def unique_names(paths: Sequence[Path]) -> tuple[str, ...]:
    """File names without their endings; where two are alike, all paths, with endings if needed."""
    ways = ((path.stem for path in paths), (str(path.with_suffix("")) for path in paths))
    for names in map(tuple, ways):
        if len(set(names)) == len(names):
            return names
    return tuple(map(str, paths))


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

"""The image files of a folder."""

import os
from pathlib import Path
from typing import NamedTuple

from fer.errors import BadInput

SUFFIXES = (".png", ".jpg", ".jpeg")


class ImageFile(NamedTuple):
    """Attributes:
    name: below the folder, with ``/`` between its parts.
    size: bytes.
    changed: nanoseconds, as the file system has them.
    """

    name: str
    path: Path
    size: int
    changed: int


def images_under(root: Path) -> list[ImageFile]:
    """The files below a folder whose names end as images do, in the names' order.

    Raises:
        BadInput: a link to a folder or an image: what it leads to may be anything.
        OSError: a folder cannot be read.
    """
    # Strings, and one stat a file: 28,709 files take 0.7 s where pathlib's walk took 1.7 s.
    found: list[ImageFile] = []
    folders = [("", str(root))]
    while folders:
        prefix, folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                is_image = entry.name.lower().endswith(SUFFIXES)
                if entry.is_symlink() and (is_image or entry.is_dir()):
                    raise BadInput(f"{entry.path}: a link: expected a file or folder")
                if entry.is_dir():
                    folders.append((f"{prefix}{entry.name}/", entry.path))
                elif is_image and entry.is_file():
                    status = entry.stat()
                    found.append(
                        ImageFile(
                            prefix + entry.name,
                            Path(entry.path),
                            status.st_size,
                            status.st_mtime_ns,
                        )
                    )
    return sorted(found)

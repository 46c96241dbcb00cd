"""Folders and zip archives of ``train/CLASS/*`` and ``test/CLASS/*`` images."""

import lzma
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath

from fer.errors import BadInput
from fer.faces.decode import MAX_BYTES, decode, read_bounded
from fer.faces.prepared import UNLABELLED, OnBad, Prepared, refuse, stack
from fer.faces.tree import SUFFIXES, images_under
from fer.progress import track
from fer.recipe import EXPRESSIONS
from fer.validation import nearest

MAX_FILES = 500_000
MAX_TOTAL = 4_000_000_000
"""Bytes of all images of an archive; FER2013's 28,709 have 53,000,000."""
SPLITS = ("train", "test")

Read = Callable[[], bytes]
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, RuntimeError, EOFError)
"""What reading an entry of an archive raises, by its compression."""


def read_folder(root: Path, on_bad: OnBad = refuse) -> Prepared:
    """Read a folder.

    Raises:
        BadInput: no images in it, a link, an unknown class, or an image that is none.
    """
    files = [(file.name, partial(read_bounded, file.path)) for file in images_under(root)]
    return _read(files, str(root), on_bad)


def read_zip(path: Path, on_bad: OnBad = refuse) -> Prepared:
    """Read a zip archive, without unpacking it to disk.

    Raises:
        BadInput: not a zip, a name that leads out of it, a link, an entry that claims to be huge,
            no images in it, an unknown class, or an image that is none.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(list(_entries(archive, str(path))), str(path), on_bad)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise BadInput(f"{path}: not a zip archive: {error}") from error


def _entries(archive: zipfile.ZipFile, origin: str) -> Iterator[tuple[str, Read]]:
    entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
    if len(entries) > MAX_FILES:
        raise BadInput(f"{origin}: {len(entries):,} entries: expected at most {MAX_FILES:,}")
    if (total := sum(entry.file_size for entry in entries)) > MAX_TOTAL:
        raise BadInput(f"{origin}: claims {total:,} bytes: expected at most {MAX_TOTAL:,}")
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or PureWindowsPath(name).drive:
            raise BadInput(f"{origin}: {entry.filename!r}: a name that leads out of the archive")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise BadInput(f"{origin}: {entry.filename}: a link: expected a file or folder")
        if name.suffix.lower() in SUFFIXES and not entry.is_dir():
            if entry.file_size > MAX_BYTES:
                raise BadInput(
                    f"{origin}: {entry.filename}: claims {entry.file_size:,} bytes: "
                    f"expected at most {MAX_BYTES:,}"
                )
            yield str(name), partial(_read_entry, archive, entry, origin)


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, origin: str) -> bytes:
    # Read with a bound: what the entry claims of its size need not be true.
    try:
        with archive.open(entry) as file:
            return file.read(MAX_BYTES + 1)
    except DAMAGED as error:
        raise BadInput(
            f"{origin}: {entry.filename}: damaged or encrypted entry: {error}"
        ) from error


def _read(files: Sequence[tuple[str, Read]], origin: str, on_bad: OnBad) -> Prepared:
    found: dict[str, tuple[list, list, list]] = {}  # type: ignore[type-arg]
    for name, read in track(files, len(files), "reading faces"):
        path = PurePosixPath(name)
        if path.name.startswith("."):
            continue
        try:
            if not name.isprintable():
                raise BadInput(f"{origin}: {name}: a name with characters that cannot be printed")
            split, label = _place(path, origin)
            image = decode(read(), f"{origin}: {name}")
        except BadInput as problem:
            on_bad(problem)
            continue
        except OSError as error:
            on_bad(BadInput(f"{origin}: {name}: cannot be read: {error.strerror}"))
            continue
        images, labels, ids = found.setdefault(split, ([], [], []))
        images.append(image)
        labels.append(label)
        ids.append(path.stem)
    if not found:
        raise BadInput(f"{origin}: no images: expected train/CLASS/* or test/* in it")
    return {split: stack(*parts) for split, parts in found.items()}


def _place(path: PurePosixPath, origin: str) -> tuple[str, int]:
    """Split and label of ``[anything/]train/CLASS/name.png`` or ``[anything/]test/name.png``."""
    parts = [part.lower() for part in path.parts[:-1]]
    split = next((part for part in parts if part in SPLITS), None)
    if split is None:
        raise BadInput(f"{origin}: {path}: expected train/CLASS/* or test/*")
    classes = parts[parts.index(split) + 1 :]
    if not classes and split == "test":
        return split, UNLABELLED
    if len(classes) != 1:
        raise BadInput(f"{origin}: {path}: expected {split}/CLASS/*")
    if classes[0] not in EXPRESSIONS:
        raise BadInput(
            f"{origin}: {path}: unknown class {classes[0]!r}: "
            f"{nearest(classes[0], list(EXPRESSIONS))}"
        )
    return split, EXPRESSIONS.index(classes[0])

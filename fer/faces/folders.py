"""Folders and zip archives of ``train/CLASS/*`` and ``test/CLASS/*`` images."""

import stat
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from fer.errors import BadInput
from fer.faces.decode import MAX_BYTES, decode
from fer.faces.prepared import UNLABELLED, OnBad, Prepared, refuse, stack
from fer.progress import track
from fer.recipe import EXPRESSIONS
from fer.validation import nearest

SUFFIXES = (".png", ".jpg", ".jpeg")
MAX_FILES = 500_000
SPLITS = ("train", "test")

Read = Callable[[], bytes]


def read_folder(root: Path, on_bad: OnBad = refuse) -> Prepared:
    """Read a folder; links are not followed.

    Raises:
        BadInput: no images in it, an unknown class, or an image that is none.
    """
    files = [
        (path.relative_to(root).as_posix(), path.read_bytes)
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink()
    ]
    return _read(files, str(root), on_bad)


def read_zip(path: Path, on_bad: OnBad = refuse) -> Prepared:
    """Read a zip archive, without unpacking it to disk.

    Raises:
        BadInput: not a zip, a name that leads out of it, an entry that claims to be huge, no images
            in it, an unknown class, or an image that is none.
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
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts:
            raise BadInput(f"{origin}: {entry.filename!r}: a name that leads out of the archive")
        if entry.is_dir() or stat.S_ISLNK(entry.external_attr >> 16):
            continue
        if name.suffix.lower() in SUFFIXES:
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
    except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
        raise BadInput(
            f"{origin}: {entry.filename}: damaged or encrypted entry: {error}"
        ) from error


def _read(files: list[tuple[str, Read]], origin: str, on_bad: OnBad) -> Prepared:
    found: dict[str, tuple[list, list, list]] = {}  # type: ignore[type-arg]
    for name, read in track(files, len(files), "reading faces"):
        path = PurePosixPath(name)
        if path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
            continue
        try:
            split, label = _place(path, origin)
            image = decode(read(), f"{origin}: {name}")
        except BadInput as problem:
            on_bad(problem)
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

"""Small sources of faces: images, rows, folders, zips and tars."""

import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = ("angry", "happy", "neutral")


def png(value: int | np.ndarray = 0, size: tuple[int, int] = (48, 48), mode: str = "L") -> bytes:
    pixels = np.full(size[::-1], value, np.uint8) if isinstance(value, int) else value
    content = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(content, "PNG")
    return content.getvalue()


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (48, 48), dtype=np.uint8)


def write_zip(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def write_folder(path: Path, entries: dict[str, bytes]) -> Path:
    for name, content in entries.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def encoded(pixels: np.ndarray, mode: str = "L", kind: str = "PNG") -> bytes:
    """An image file of any mode and type."""
    content = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(content, kind)
    return content.getvalue()


def row(label: object, seed: int, *more: object, delimiter: str = ",") -> str:
    """A row of a CSV: label, pixels and further cells."""
    pixels = " ".join(map(str, noise(seed).ravel()))
    return delimiter.join(map(str, (label, pixels, *more))) + "\n"


def write_tar(path: Path, entries: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in entries.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path

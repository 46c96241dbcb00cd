"""Small sources, written as users have them."""

import io
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

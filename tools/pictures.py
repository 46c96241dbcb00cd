"""PNG files of docs/pictures: small, and labelled with what they show."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fer.files import write_atomically

FOLDER = Path(__file__).parents[1] / "docs/pictures"
FINISHED = Path(__file__).parents[1] / "studies/results/beat_baseline"
"""The finished study that ``study.png`` and ``dashboard.png`` show."""
MAX_BYTES = 300_000
LABEL = "shows"
"""Keyword of the PNG text that holds the fingerprint of what a picture shows."""


def fingerprint(values: Any) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of JSON values."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def save(png: bytes, path: Path, shows: str) -> None:
    """Write a picture with at most 256 colours, fewer if it would exceed ``MAX_BYTES``.

    Args:
        shows: fingerprint of the values that are drawn; a test compares it with the current ones.

    Raises:
        ValueError: it exceeds ``MAX_BYTES`` with 64 colours too.
    """
    label = PngInfo()
    label.add_text(LABEL, shows)
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64):
        file = io.BytesIO()
        reduced = picture.quantize(colours, dither=Image.Dither.NONE)
        reduced.save(file, "png", optimize=True, pnginfo=label)
        if file.tell() <= MAX_BYTES:
            break
    else:
        raise ValueError(f"{path}: {file.tell():,} bytes with 64 colours: at most {MAX_BYTES:,}")
    write_atomically(path, lambda out: out.write(file.getvalue()))
    print(f"{path}: {file.tell():,} bytes")


def caption() -> str:
    """What the pictures of a study show, from its summary."""
    summary = json.loads((FINISHED / "summary.json").read_text(encoding="utf-8"))
    trials, data = summary["trials"], summary["data"]
    counts = ", ".join(f"{trials[state]} {state}" for state in ("complete", "pruned", "failed"))
    faces = f"{sum(data['counts'].values()):,} faces of {data['source']}"
    return (
        f"The pictures show the finished study that ships, `{summary['study']}`, on {faces}: "
        f"{sum(trials.values())} trials with the baseline, {counts}.\n"
    )


def shown_by(path: Path) -> str | None:
    """The fingerprint that ``save`` wrote into a picture."""
    with Image.open(path) as picture:
        return picture.info.get(LABEL)

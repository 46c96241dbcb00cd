"""Faces: preparing a source into the cache, and loading it from there."""

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.cases.case import Case, PreparedCase
from benchmarks.cases.sources import made_source

FER2013 = 28_709
"""Training images in the zip."""
FEW = 4_000


def cases() -> list[Case]:
    """A zip of FER2013's size."""
    return [_case(action, FER2013) for action in SETUPS]


def quick() -> list[Case]:
    """A smaller zip."""
    return [_case(action, FEW) for action in SETUPS]


def set_up_prepare(images: int) -> PreparedCase:
    """Read and decode a zip of PNGs into an empty cache."""
    from fer.faces import open_source

    folder, source, cache = _source(images)
    return PreparedCase(
        call=lambda: open_source(str(source)),
        items=images,
        unit="images",
        reset=lambda: shutil.rmtree(cache, ignore_errors=True),
        close=folder.cleanup,
        most_rounds=5,
    )


def set_up_load(images: int) -> PreparedCase:
    """Load three classes of a prepared source, as training does."""
    from fer.faces import load_faces

    folder, source, _ = _source(images)
    load = partial(load_faces, str(source), "train", ("angry", "happy", "neutral"))
    load()
    return PreparedCase(
        call=load, items=images, unit="images", close=folder.cleanup, most_rounds=50
    )


def _source(images: int) -> "tuple[tempfile.TemporaryDirectory[str], Path, Path]":
    folder = tempfile.TemporaryDirectory(prefix="fer-bench-")
    cache = Path(folder.name) / "cache"
    os.environ["FER_CACHE"] = str(cache)
    return folder, made_source(Path(folder.name) / "faces.zip", images), cache


SETUPS: dict[str, Callable[[int], PreparedCase]] = {"prepare": set_up_prepare, "load": set_up_load}


def _case(action: str, images: int) -> Case:
    params: dict[str, str | int] = {"what": action, "source": "zip", "images": images}
    return Case("faces", params, partial(SETUPS[action], images))

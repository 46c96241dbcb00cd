"""Faces: preparing a source into the cache, and loading it from there."""

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.cases.case import Case, Work
from benchmarks.cases.sources import made_source

FER2013 = 28_709
"""Training images in the zip."""
FEW = 4_000


def cases() -> list[Case]:
    """A zip as large as FER2013's."""
    return [_case(what, FER2013) for what in ("prepare", "load")]


def quick() -> list[Case]:
    """A smaller one."""
    return [_case(what, FEW) for what in ("prepare", "load")]


def _case(what: str, images: int) -> Case:
    setups: dict[str, Callable[[int], Work]] = {"prepare": set_up_prepare, "load": set_up_load}
    params: dict[str, str | int] = {"what": what, "source": "zip", "images": images}
    return Case("faces", params, partial(setups[what], images))


def set_up_prepare(images: int) -> Work:
    """Reads and decodes a zip of PNGs and writes it into an empty cache."""
    from fer.faces import open_source

    held, source, cache = _source(images)

    return Work(
        call=lambda: open_source(str(source)),
        items=images,
        unit="images",
        reset=lambda: shutil.rmtree(cache, ignore_errors=True),
        close=held.cleanup,
        most_rounds=5,
    )


def set_up_load(images: int) -> Work:
    """Loads three classes of a prepared source, as training does."""
    from fer.faces import load_faces

    held, source, _ = _source(images)
    load = partial(load_faces, str(source), "train", ("angry", "happy", "neutral"))
    load()
    return Work(call=load, items=images, unit="images", close=held.cleanup, most_rounds=50)


def _source(images: int) -> "tuple[tempfile.TemporaryDirectory[str], Path, Path]":
    held = tempfile.TemporaryDirectory(prefix="fer-bench-")
    folder = Path(held.name)
    cache = folder / "cache"
    os.environ["FER_CACHE"] = str(cache)
    return held, made_source(folder / "faces.zip", images), cache

"""Draw the source ``synthetic``: faces of all expressions, in two splits."""

import numpy as np
from numpy.typing import NDArray

from fer.faces.cut import cut
from fer.faces.prepared import InMemory, Prepared, PreparedSplit
from fer.faces.synthetic.dice import Dice
from fer.faces.synthetic.portrait import draw_portraits
from fer.faces.types import SIZE, Faces, Split
from fer.progress import track
from fer.recipe import EXPRESSIONS

SYNTHETIC = "synthetic"
"""The source that is drawn rather than read."""

SPLITS: tuple[Split, ...] = ("train", "test")

COUNTS = {
    "angry": (900, 300),
    "disgust": (500, 160),
    "fear": (850, 280),
    "happy": (1150, 380),
    "sad": (950, 310),
    "surprise": (800, 260),
    "neutral": (950, 320),
}
"""Faces in each split. Angry, happy and neutral, the usual three, are 3,000 and 1,000."""

BATCH = 16
"""Faces drawn at a time: what they need stays in a core's cache. Another number draws others."""


def synthetic_faces(split: Split, classes: tuple[str, ...], seed: int = 0) -> Faces:
    """Draw one split of some expressions.

    A face is the same, bit for bit, on every machine and whatever other classes are asked for.
    """
    drawn = InMemory({split: _draw_split(split, classes, seed)})
    return cut(drawn, split, classes, SYNTHETIC)


def synthetic_source(seed: int = 0) -> Prepared:
    """Draw both splits of all seven expressions, as a source that was read."""
    return InMemory({split: _draw_split(split, EXPRESSIONS, seed) for split in SPLITS})


def _draw_split(split: Split, classes: tuple[str, ...], seed: int) -> PreparedSplit:
    """Faces of these classes, shuffled, under the ids that they have among all seven."""
    counts = [COUNTS[name][SPLITS.index(split)] for name in EXPRESSIONS]
    shuffled = np.argsort(_stream(seed, split, "order").random(sum(counts)), kind="stable")
    labels = np.repeat(np.arange(len(EXPRESSIONS)), counts)[shuffled]
    images = np.empty((len(labels), SIZE, SIZE), np.uint8)
    is_drawn = np.zeros(len(labels), np.bool_)
    for name, portraits in _draw_classes(split, classes, seed).items():
        places = labels == EXPRESSIONS.index(name)
        images[places] = portraits
        is_drawn |= places
    ids = np.array([f"{SYNTHETIC}-{split}-{1 + place:05d}" for place in np.flatnonzero(is_drawn)])
    return PreparedSplit(images[is_drawn], labels[is_drawn].astype(np.int64), ids)


def _draw_classes(
    split: Split, classes: tuple[str, ...], seed: int
) -> dict[str, NDArray[np.uint8]]:
    streams = {name: _stream(seed, split, name) for name in classes}
    batches = [
        (name, min(BATCH, count - first))
        for name in classes
        for count in (COUNTS[name][SPLITS.index(split)],)
        for first in range(0, count, BATCH)
    ]
    drawn: dict[str, list[NDArray[np.uint8]]] = {name: [] for name in classes}
    for name, size in track(batches, len(batches), f"drawing synthetic faces ({split})"):
        drawn[name].append(draw_portraits(name, Dice(size, streams[name])))
    return {name: np.concatenate(portraits) for name, portraits in drawn.items()}


def _stream(seed: int, split: Split, purpose: str) -> np.random.Generator:
    """A generator of its own for each split and class."""
    key = [seed, SPLITS.index(split), *purpose.encode()]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))

"""The source ``synthetic``: drawn faces of all expressions, in two splits."""

import numpy as np
from numpy.typing import NDArray

from fer.faces.load import SYNTHETIC, Split, cut
from fer.faces.prepared import Prepared, PreparedSplit
from fer.faces.synthetic.dice import Dice
from fer.faces.synthetic.portrait import draw_portraits
from fer.faces.types import SIZE, Faces
from fer.recipe import EXPRESSIONS

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
    return cut({split: _draw_split(split, classes, seed)}, split, classes, SYNTHETIC)


def synthetic_source(seed: int = 0) -> Prepared:
    """Draw both splits of all seven expressions, as a source that was read."""
    return {split: _draw_split(split, EXPRESSIONS, seed) for split in SPLITS}


def _draw_split(split: Split, classes: tuple[str, ...], seed: int) -> PreparedSplit:
    """Faces of these classes, shuffled, under the ids that they have among all seven."""
    counts = [COUNTS[name][SPLITS.index(split)] for name in EXPRESSIONS]
    shuffled = np.argsort(_stream(seed, split, "order").random(sum(counts)), kind="stable")
    labels = np.repeat(np.arange(len(EXPRESSIONS)), counts)[shuffled]
    images = np.empty((len(labels), SIZE, SIZE), np.uint8)
    drawn = np.zeros(len(labels), np.bool_)
    for name in classes:
        places = labels == EXPRESSIONS.index(name)
        images[places] = _draw_class(name, split, seed)
        drawn |= places
    ids = np.array([f"{SYNTHETIC}-{split}-{1 + place:05d}" for place in np.flatnonzero(drawn)])
    return PreparedSplit(images[drawn], labels[drawn].astype(np.int64), ids)


def _draw_class(name: str, split: Split, seed: int) -> NDArray[np.uint8]:
    generator = _stream(seed, split, name)
    count = COUNTS[name][SPLITS.index(split)]
    batches = [min(BATCH, count - first) for first in range(0, count, BATCH)]
    return np.concatenate([draw_portraits(name, Dice(size, generator)) for size in batches])


def _stream(seed: int, split: Split, purpose: str) -> np.random.Generator:
    """Random numbers of their own for each split and class."""
    key = [seed, SPLITS.index(split), *purpose.encode()]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))

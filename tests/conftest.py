"""Faces and recipes that several rooms' tests train on."""

import signal
from collections.abc import Iterator

import numpy as np
import pytest

from fer.faces.types import Faces
from fer.recipe import Recipe

pytest_plugins = ["needs"]


def make_faces(count: int, seed: int = 0) -> Faces:
    """Noise with a bright band whose height tells the class: easy, and quick to make."""
    draw = np.random.default_rng(seed)
    images = draw.integers(0, 160, (count, 48, 48), dtype=np.uint8)
    labels = np.arange(count, dtype=np.int64) % 3
    for label in range(3):
        images[labels == label, 8 + 14 * label : 14 + 14 * label] += 90
    return Faces(
        images, labels, tuple(map(str, range(count))), ("angry", "happy", "neutral"), f"{seed:064}"
    )


@pytest.fixture
def faces() -> Faces:
    return make_faces(240)


@pytest.fixture
def default_sighup() -> Iterator[None]:
    """SIGHUP as a terminal leaves it: under ``nohup`` it is ignored, and programs inherit that."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def tiny() -> Recipe:
    """Every part of a recipe that has state: EMA, momentum, schedule, dropout, augmentation."""
    return Recipe(
        widths=(4, 8),
        epochs=3,
        batch_size=32,
        learning_rate=0.01,
        optimiser="adamw",
        weight_decay=0.01,
        schedule="one_cycle",
        ema=0.9,
        dropout=0.2,
    )

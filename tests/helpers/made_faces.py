"""Faces of one gray level each."""

import numpy as np

from fer.faces.types import Faces


def make_faces(kinds: list[int], labels: list[int]) -> Faces:
    """Faces of one gray level each: equal levels are byte-identical."""
    images = np.array(kinds, np.uint8)[:, None, None] * np.ones((48, 48), np.uint8)
    ids = tuple(f"face-{n}" for n in range(len(kinds)))
    return Faces(images, np.array(labels), ids, ("angry", "happy", "neutral"), "ab" * 32)

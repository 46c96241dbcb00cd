"""Predictions on held-out faces, of an accuracy that is asked for."""

import numpy as np

from fer.scores import Scores


def make_scores(
    accuracy: float, seed: int = 0, faces: int = 600, never: int | None = None
) -> Scores:
    """Predictions of held-out faces; the class ``never`` is predicted for none."""
    draw = np.random.default_rng(seed)
    label = np.arange(faces, dtype=np.int64) % 3
    correct = draw.permutation(faces) < round(accuracy * faces)
    predicted = np.where(correct, label, (label + 1 + draw.integers(0, 2, faces)) % 3)
    confidence = np.where(correct, draw.uniform(0.5, 1.0, faces), draw.uniform(0.4, 0.97, faces))
    probabilities = np.repeat(((1 - confidence) / 2)[:, None], 3, axis=1)
    probabilities[np.arange(faces), predicted] = confidence
    if never is not None:
        probabilities[:, never] = 0.0
    return Scores(np.arange(faces, dtype=np.int64), label, probabilities.astype(np.float32))

"""Predicted probabilities of a run for its held-out faces, in one file."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.evaluation.metrics import Evaluation, confusion_matrix
from fer.files import write_atomically

VALIDATION = "validation.npz"
"""The file's name in a run folder."""


@dataclass(frozen=True)
class Scores:
    """Attributes:
    index: ``int64 [N]``, indices into the source's training faces.
    label: ``int64 [N]``.
    probabilities: ``float32 [N, classes]``.
    """

    index: NDArray[np.int64]
    label: NDArray[np.int64]
    probabilities: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.label)

    @property
    def predicted(self) -> NDArray[np.int64]:
        """The most probable class of each face, ``int64 [N]``."""
        predicted: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return predicted

    @property
    def confusion(self) -> NDArray[np.int64]:
        """``int64 [C, C]``; row = label, column = prediction."""
        return confusion_matrix(self.label, self.predicted, self.probabilities.shape[1])

    def evaluation(self, classes: tuple[str, ...]) -> Evaluation:
        """The metrics of these scores, with the classes' names."""
        return Evaluation(classes, self.confusion)

    def mistakes(self) -> NDArray[np.int64]:
        """Indices into these scores of the misclassified faces, the most confident first."""
        wrong = np.flatnonzero(self.predicted != self.label)
        order = np.argsort(-self.probabilities[wrong].max(axis=1), kind="stable")
        places: NDArray[np.int64] = wrong[order]
        return places


def write_scores(path: Path, scores: Scores) -> None:
    """Write ``validation.npz``; the same scores give the same bytes."""
    write_atomically(
        path,
        lambda file: np.savez(
            file, index=scores.index, label=scores.label, probabilities=scores.probabilities
        ),
    )


def read_scores(path: Path) -> Scores:
    """Read a file of ``write_scores``.

    Raises:
        BadInput: it is damaged, or another kind of file.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            scores = Scores(file["index"], file["label"], file["probabilities"])
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise BadInput(f"{path}: not the validation scores of a run: {error}") from error
    shape, n = scores.probabilities.shape, len(scores.label)
    if len(shape) != 2 or scores.label.shape != scores.index.shape or shape[0] != n:
        raise BadInput(
            f"{path}: index {scores.index.shape}, label {scores.label.shape}, probabilities "
            f"{shape}: expected [N], [N] and [N, classes]"
        )
    if n and not 0 <= scores.label.min() <= scores.label.max() < shape[1]:
        raise BadInput(f"{path}: labels beyond the {shape[1]} columns of its probabilities")
    return scores

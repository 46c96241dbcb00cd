"""Predictions of one model for faces, with or without labels."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from fer.device import precision
from fer.faces import Faces
from fer.files import write_text
from fer.inference import predict_probabilities
from fer.networks.base import Network


@dataclass(frozen=True)
class Predictions:
    """Attributes:
    ids: one name a face.
    classes: names in the order of the columns.
    probabilities: ``float32 [N, classes]``.
    """

    ids: tuple[str, ...]
    classes: tuple[str, ...]
    probabilities: NDArray[np.float32]

    @property
    def labels(self) -> NDArray[np.int64]:
        """The most probable class of each face, ``int64 [N]``."""
        labels: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return labels


def predict_faces(network: Network, faces: Faces, device: torch.device, tta: bool) -> Predictions:
    """Predict every face; ``tta`` adds each one's mirror image."""
    images = torch.from_numpy(np.array(faces.images)).to(device)
    probabilities = predict_probabilities(network, images, precision(device), tta)
    return Predictions(faces.ids, faces.classes, probabilities.cpu().numpy())


def write_submission(path: Path, predictions: Predictions) -> None:
    """Write ``id,label``, where the label is the class's index."""
    write_text(path, submission_text(zip(predictions.ids, predictions.labels, strict=True)))


def submission_text(rows: Iterable[tuple[str, np.int64]]) -> str:
    """The CSV of ids and labels, with its header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "label"])
    writer.writerows((name, int(label)) for name, label in rows)
    return text.getvalue()

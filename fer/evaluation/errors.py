"""An error analysis: which held-out faces are misclassified, and how surely."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.evaluation.metrics import Evaluation
from fer.faces.types import Faces
from fer.intervals import wilson
from fer.scores import Scores
from fer.wording import counted

BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Edges of the bins of confidence; a bin holds its upper edge."""

COPIES = ("none", "same label", "other label")
"""What byte-identical copies a face has in the source; one with another label counts as that."""


@dataclass(frozen=True)
class Part:
    """Some of the faces, and how many of them are misclassified.

    Attributes:
        name: which faces they are.
        n: faces.
        mistakes: of them.
    """

    name: str
    n: int
    mistakes: int

    @property
    def share(self) -> float:
        """Of mistakes, in [0, 1]; 0 where there are no faces."""
        return self.mistakes / self.n if self.n else 0.0

    @property
    def ci95(self) -> tuple[float, float]:
        """Wilson's 95 % score interval of the share; [0, 1] where there are no faces."""
        return wilson(self.mistakes, self.n) if self.n else (0.0, 1.0)

    def as_json(self) -> dict[str, Any]:
        """The object in errors.json."""
        return {
            "name": self.name,
            "n": self.n,
            "mistakes": self.mistakes,
            "share": self.share,
            "ci95": list(self.ci95),
        }


@dataclass(frozen=True)
class ErrorAnalysis:
    """Attributes:
    runs: whose held-out faces these are.
    scores: each face once, in the order of the source.
    evaluation: its metrics and confusion matrix.
    by_class: mistakes among the faces of each label.
    by_copies: mistakes by the copies of a face, as ``COPIES`` lists them.
    by_confidence: mistakes by the probability of the prediction, in ``BINS``.
    """

    runs: int
    scores: Scores
    evaluation: Evaluation
    by_class: tuple[Part, ...]
    by_copies: tuple[Part, ...]
    by_confidence: tuple[Part, ...]

    def as_json(self) -> dict[str, Any]:
        """The object in errors.json."""
        return {
            "runs": self.runs,
            **self.evaluation.as_json(),
            "by_class": [part.as_json() for part in self.by_class],
            "by_copies": [part.as_json() for part in self.by_copies],
            "by_confidence": [part.as_json() for part in self.by_confidence],
        }


def analyse(runs: Sequence[Scores], faces: Faces) -> ErrorAnalysis:
    """Analyse the mistakes of one recipe's runs on the faces that they held out.

    Args:
        runs: the predictions of each run, one or more.
        faces: the source's training faces, with labels, to which their indices refer.

    Raises:
        BadInput: the predictions belong to other faces.
    """
    assert faces.labels is not None
    scores = pool(runs)
    if scores.index[-1] >= len(faces) or (faces.labels[scores.index] != scores.label).any():
        raise BadInput(
            f"held-out predictions of {counted(len(scores), 'face')}: their indices and labels are "
            f"not those of the source's {counted(len(faces), 'training face')}"
        )
    wrong = scores.predicted != scores.label
    copies = copies_of(faces)[scores.index]
    confidence = scores.probabilities.max(axis=1)
    return ErrorAnalysis(
        runs=len(runs),
        scores=scores,
        evaluation=scores.evaluation(faces.classes),
        by_class=tuple(
            _part(name, scores.label == label, wrong) for label, name in enumerate(faces.classes)
        ),
        by_copies=tuple(_part(name, copies == kind, wrong) for kind, name in enumerate(COPIES)),
        by_confidence=tuple(
            _part(f"{low:.1f} to {high:.1f}", (confidence > low) & (confidence <= high), wrong)
            for low, high in pairwise(BINS)
        ),
    )


def pool(runs: Sequence[Scores]) -> Scores:
    """The predictions of several runs, each face once, in the order of the source.

    The probabilities of a face that several runs held out are averaged.
    """
    index = np.concatenate([scores.index for scores in runs])
    probabilities = np.concatenate([scores.probabilities for scores in runs])
    faces, first, place = np.unique(index, return_index=True, return_inverse=True)
    mean = np.zeros((len(faces), probabilities.shape[1]))
    np.add.at(mean, place, probabilities)
    mean /= np.bincount(place)[:, None]
    label = np.concatenate([scores.label for scores in runs])[first]
    return Scores(faces, label, mean.astype(np.float32))


def copies_of(faces: Faces) -> NDArray[np.int64]:
    """What byte-identical copies each face has: ``int64 [N]``, indices into ``COPIES``."""
    assert faces.labels is not None
    images = [image.tobytes() for image in faces.images]
    labels = faces.labels.tolist()
    same, any_label = Counter(zip(images, labels, strict=True)), Counter(images)
    kinds = (
        0 if any_label[image] == 1 else 1 if any_label[image] == same[image, label] else 2
        for image, label in zip(images, labels, strict=True)
    )
    return np.fromiter(kinds, np.int64, len(images))


def _part(name: str, of: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> Part:
    return Part(name, int(of.sum()), int((of & wrong).sum()))

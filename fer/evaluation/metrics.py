"""Metrics of a model: accuracy with its interval, per-class figures, confusion matrix."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer.intervals import wilson


@dataclass(frozen=True)
class ClassMetrics:
    """How well one class is predicted.

    Attributes:
        n: faces labelled so.
        predicted: faces predicted so.
        correct: faces of both.
    """

    n: int
    predicted: int
    correct: int

    @property
    def precision(self) -> float:
        """In [0, 1]; 0 where the class was never predicted."""
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """In [0, 1]; 0 where no face is labelled so."""
        return self.correct / self.n if self.n else 0.0

    @property
    def recall_ci95(self) -> tuple[float, float]:
        """Wilson's 95 % score interval of the recall; [0, 1] where no face is labelled so."""
        return wilson(self.correct, self.n) if self.n else (0.0, 1.0)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, in [0, 1]."""
        total = self.n + self.predicted
        return 2 * self.correct / total if total else 0.0

    def as_json(self) -> dict[str, float | int]:
        """The class's object in what ``fer evaluate --json`` prints."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "n": self.n,
        }


@dataclass(frozen=True)
class Evaluation:
    """Predictions compared with labels.

    Attributes:
        classes: names in the order of the labels.
        confusion: ``int64 [C, C]``; row = label, column = prediction.
    """

    classes: tuple[str, ...]
    confusion: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Faces evaluated."""
        return int(self.confusion.sum())

    @property
    def correct(self) -> int:
        """Faces whose prediction is their label."""
        return int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float:
        """Share of correct predictions, in [0, 1]."""
        return self.correct / self.n

    @property
    def ci95(self) -> tuple[float, float]:
        """Wilson's 95 % score interval of the accuracy."""
        return wilson(self.correct, self.n)

    @cached_property
    def per_class(self) -> dict[str, ClassMetrics]:
        """The metrics of each class, by name."""
        counts = zip(
            self.confusion.sum(1).tolist(),
            self.confusion.sum(0).tolist(),
            np.diag(self.confusion).tolist(),
            strict=True,
        )
        return {name: ClassMetrics(*row) for name, row in zip(self.classes, counts, strict=True)}

    @property
    def macro_f1(self) -> float:
        """Mean of the classes' F1."""
        return float(np.mean([metrics.f1 for metrics in self.per_class.values()]))

    def as_json(self) -> dict[str, Any]:
        """The object that ``fer evaluate --json`` prints."""
        return {
            "n": self.n,
            "accuracy": self.accuracy,
            "ci95": list(self.ci95),
            "macro_f1": self.macro_f1,
            "per_class": {name: metrics.as_json() for name, metrics in self.per_class.items()},
            "confusion": self.confusion.tolist(),
        }


def evaluate_predictions(
    labels: NDArray[np.int64], predictions: NDArray[np.int64], classes: tuple[str, ...]
) -> Evaluation:
    """Compare labels with predictions, both ``int64 [N]`` with N ≥ 1."""
    return Evaluation(classes, confusion_matrix(labels, predictions, len(classes)))


def confusion_matrix(
    labels: NDArray[np.int64], predictions: NDArray[np.int64], classes: int
) -> NDArray[np.int64]:
    """Counts ``int64 [C, C]``; row = label, column = prediction."""
    counts = np.bincount(labels * classes + predictions, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64)

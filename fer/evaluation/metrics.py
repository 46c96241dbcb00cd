"""Metrics of a model: accuracy with its interval, per-class figures, confusion matrix."""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer.intervals import wilson


@dataclass(frozen=True)
class ClassMetrics:
    """How well one class is predicted.

    Attributes:
        precision: in [0, 1]; 0 where the class was never predicted.
        recall: in [0, 1]; 0 where no face carries the label.
        f1: harmonic mean of the two, in [0, 1].
        n: faces labelled so.
    """

    precision: float
    recall: float
    f1: float
    n: int


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
        correct = np.diag(self.confusion)
        predicted, labelled = self.confusion.sum(0), self.confusion.sum(1)
        columns = (
            _ratio(correct, predicted),
            _ratio(correct, labelled),
            _ratio(2 * correct, predicted + labelled),
            labelled,
        )
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return {name: ClassMetrics(*row) for name, row in zip(self.classes, rows, strict=True)}

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
            "per_class": {name: asdict(metrics) for name, metrics in self.per_class.items()},
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


def _ratio(numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(
        numerator, denominator, out=np.zeros(len(numerator)), where=denominator > 0, dtype=float
    )

"""What is said of a model: accuracy with its interval, per-class figures, confusion matrix."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer.intervals import wilson

__all__ = ["Evaluation", "compare", "wilson"]


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
    def accuracy(self) -> float:
        """Share predicted right, in [0, 1]."""
        return float(np.trace(self.confusion) / self.n)

    @property
    def ci95(self) -> tuple[float, float]:
        """Wilson's 95 % score interval of the accuracy."""
        return wilson(int(np.trace(self.confusion)), self.n)

    @property
    def per_class(self) -> dict[str, dict[str, float | int]]:
        """Precision, recall, F1 and number of faces by class.

        A class that was never predicted has precision 0, and one with no faces has recall 0.
        """
        right = np.diag(self.confusion)
        predicted, labelled = self.confusion.sum(0), self.confusion.sum(1)
        precision, recall = _ratio(right, predicted), _ratio(right, labelled)
        f1 = _ratio(2 * right, predicted + labelled)
        return {
            name: {
                "precision": float(precision[i]),
                "recall": float(recall[i]),
                "f1": float(f1[i]),
                "n": int(labelled[i]),
            }
            for i, name in enumerate(self.classes)
        }

    @property
    def macro_f1(self) -> float:
        """Mean of the classes' F1."""
        return float(np.mean([figures["f1"] for figures in self.per_class.values()]))

    def as_json(self) -> dict[str, Any]:
        """The object that ``fer evaluate --json`` prints."""
        return {
            "n": self.n,
            "accuracy": self.accuracy,
            "ci95": list(self.ci95),
            "macro_f1": self.macro_f1,
            "per_class": self.per_class,
            "confusion": self.confusion.tolist(),
        }


def compare(
    labels: NDArray[np.int64], predictions: NDArray[np.int64], classes: tuple[str, ...]
) -> Evaluation:
    """Count labels against predictions, both ``int64 [N]`` with N ≥ 1."""
    count = len(classes)
    confusion = np.bincount(labels * count + predictions, minlength=count * count)
    return Evaluation(classes, confusion.reshape(count, count).astype(np.int64))


def _ratio(numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(
        numerator, denominator, out=np.zeros(len(numerator)), where=denominator > 0, dtype=float
    )

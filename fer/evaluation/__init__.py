"""Evaluation of predictions, and the files and tables that show it. Imports no torch."""

from fer.evaluation.metrics import ClassMetrics, Evaluation, confusion_matrix, evaluate_predictions
from fer.evaluation.render import render
from fer.evaluation.submission import write_submission

__all__ = [
    "ClassMetrics",
    "Evaluation",
    "confusion_matrix",
    "evaluate_predictions",
    "render",
    "write_submission",
]

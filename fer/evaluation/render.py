"""Evaluations as tables on the terminal."""

from rich.console import Console
from rich.table import Table

from fer.evaluation.metrics import Evaluation


def render(evaluation: Evaluation) -> None:
    """Print accuracy, per-class figures and the confusion matrix."""
    console = Console(highlight=False)
    low, high = evaluation.ci95
    console.print(
        f"accuracy [bold]{evaluation.accuracy:.4f}[/]  (95 % interval {low:.4f} to {high:.4f}, "
        f"n = {evaluation.n:,})   macro F1 {evaluation.macro_f1:.4f}"
    )
    figures = Table("class", "precision", "recall", "F1", "faces")
    for name, row in evaluation.per_class.items():
        figures.add_row(
            name,
            f"{row.precision:.4f}",
            f"{row.recall:.4f}",
            f"{row.f1:.4f}",
            f"{row.n:,}",
        )
    console.print(figures)
    confusion = Table("label \\ predicted", *evaluation.classes)
    for name, counts in zip(evaluation.classes, evaluation.confusion.tolist(), strict=True):
        confusion.add_row(name, *(f"{count:,}" for count in counts))
    console.print(confusion)

"""An error analysis on the terminal and as files."""

import csv
import io

from rich.console import Console
from rich.table import Table

from fer.evaluation.errors import COPIES, ErrorAnalysis, Part, copies_of
from fer.evaluation.render import render as render_evaluation
from fer.faces.types import Faces
from fer.formatting import interval, percent
from fer.wording import counted


def render(analysis: ErrorAnalysis) -> None:
    """Print the evaluation, then the mistakes by class, by copies and by confidence."""
    console = Console(highlight=False)
    wrong = analysis.evaluation.n - analysis.evaluation.correct
    console.print(
        f"{counted(wrong, 'mistake')} in {counted(analysis.evaluation.n, 'face')} that "
        f"{counted(analysis.runs, 'run')} held out"
    )
    render_evaluation(analysis.evaluation)
    for title, parts in (
        ("label", analysis.by_class),
        ("byte-identical copies", analysis.by_copies),
        ("confidence", analysis.by_confidence),
    ):
        console.print(_table(title, parts, wrong))


def _table(title: str, parts: tuple[Part, ...], wrong: int) -> Table:
    table = Table(title, "faces", "mistakes", "share", "95 % interval", "of all mistakes")
    for part in parts:
        share = (percent(part.share, 1), interval(*part.ci95)) if part.n else ("–", "–")
        of_all = percent(part.mistakes / wrong, 1) if wrong else "–"
        table.add_row(part.name, f"{part.n:,}", f"{part.mistakes:,}", *share, of_all)
    return table


def mistakes_csv(analysis: ErrorAnalysis, faces: Faces) -> str:
    """``id,label,predicted,probability,copies`` of each mistake, the most confident first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "label", "predicted", "probability", "copies"])
    scores, copies = analysis.scores, copies_of(faces)
    for row in scores.mistakes():
        face, predicted = scores.index[row], scores.predicted[row]
        writer.writerow(
            [
                faces.ids[face],
                faces.classes[scores.label[row]],
                faces.classes[predicted],
                f"{scores.probabilities[row, predicted]:.4f}",
                COPIES[copies[face]],
            ]
        )
    return text.getvalue()

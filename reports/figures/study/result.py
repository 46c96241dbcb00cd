"""Best trial, baseline and published result, with their intervals."""

from typing import Any

from fer.formatting import count, percent
from reports.data.study_data import StudyData
from reports.figures.common import missing, names_above
from reports.figures.traces import error_bars
from reports.rendering.figure import Cell, Figure, Plot, Table
from reports.rendering.palette import BASELINE, BEST, PUBLISHED
from search.results import published
from search.results.accuracy import MeasuredAccuracy
from search.results.baseline import baseline_label
from search.results.verdict import Verdict

TITLE = "Best trial and baseline"
LIFT = 18
"""CSS pixels from a marker to its name above it."""
CAPTION = (
    "Each marker is a validation accuracy, its line the 95 % interval: measured on other faces of "
    "the same kind, the accuracy would lie within it in most cases. Where two lines overlap much, "
    "the difference may be due to chance."
)


def build(data: StudyData) -> Figure:
    """A marker with its interval for the baseline and the best trial."""
    verdict = data.verdict
    rows = [
        (name, accuracy, colour, symbol)
        for name, accuracy, colour, symbol in (
            (baseline_label(data.snapshot.definition), verdict.baseline, BASELINE, "square"),
            ("best trial", verdict.best, BEST, "circle"),
        )
        if accuracy is not None
    ]
    if not rows:
        return missing("result", TITLE, "Neither has run to its end.")
    shapes, notes = [], []
    if verdict.published is not None:
        at = 100 * verdict.published
        shapes.append({"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper",
                       "line": {"color": PUBLISHED, "dash": "dot", "width": 2}})  # fmt: skip
        notes.append({"x": at, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
                      "text": f"published {percent(verdict.published, 1)} (test)"})  # fmt: skip
    above = names_above([name for name, *_ in reversed(rows)], LIFT)
    layout = above | {
        "showlegend": False,
        "margin": above["margin"] | {"t": 30},
        "xaxis": {"ticksuffix": " %", "title": {"text": "validation accuracy"}},
        "shapes": shapes,
        "annotations": [*above["annotations"], *notes],
    }
    table: list[tuple[Cell, ...]] = [
        (name, accuracy.value, *(accuracy.ends or (None, None)), accuracy.n)
        for name, accuracy, *_ in rows
    ]
    if verdict.published is not None:
        table.append(("published (test)", verdict.published, None, None, published.TEST_IMAGES))
    return Figure(
        "result",
        TITLE,
        _sentence(verdict, data),
        CAPTION,
        (Plot(tuple(_marker(*row) for row in rows), layout, height=200),),
        data=Table(("what", "accuracy", "low", "high", "faces"), tuple(table)),
    )


def _marker(name: str, accuracy: MeasuredAccuracy, colour: str, symbol: str) -> dict[str, Any]:
    ends = accuracy.ends or (accuracy.value, accuracy.value)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(100 * accuracy.value, 3)],
        "y": [name],
        "name": name,
        "marker": {"color": colour, "symbol": symbol, "size": 14},
        "error_x": error_bars([accuracy.value], [ends], colour, digits=3, thickness=3, width=0),
        "hovertemplate": f"{name}: %{{x:.2f}} %<extra></extra>",
    }


def _sentence(verdict: Verdict, data: StudyData) -> str:
    best, baseline = verdict.best, verdict.baseline
    if best is None or baseline is None:
        return "Only one of the two has run to its end."
    if best.ends is None or baseline.ends is None:
        return "The number of held-out faces is not known, so there are no intervals."
    study = data.snapshot
    if not verdict.equal and study.best and study.baseline:
        epochs = count(study.best.last_epoch, "epoch")
        return (
            f"Not comparable: the best trial trained {epochs}, the baseline "
            f"{study.baseline.last_epoch}."
        )
    if best.ends[0] > baseline.ends[1]:
        return "The two intervals do not overlap."
    overlap = min(best.ends[1], baseline.ends[1]) - max(best.ends[0], baseline.ends[0])
    return (
        f"The two intervals overlap by {100 * overlap:.1f}\u00a0points. The verdict above tests "
        "the difference itself, which is more sensitive."
    )

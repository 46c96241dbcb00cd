"""Precision, recall and F1 of each class."""

from typing import Any

from fer.formatting import interval, percent
from fer.intervals import wilson
from fer.scores import Scores
from reports.data.study_data import StudyData
from reports.figures.common import missing
from reports.figures.study.confusion import never_predicted
from reports.figures.traces import error_bars
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import listing, plain
from reports.rendering.palette import BASELINE, BEST

TITLE = "Precision, recall and F1 by class"
CAPTION = (
    "Recall: the share of the faces with a label for which it was predicted, with its 95 % "
    "interval. Precision: the share of the predictions of a class that are correct. F1: their "
    "harmonic mean."
)
_STYLES = {"best": (BEST, "circle"), "baseline": (BASELINE, "square")}


def build(data: StudyData) -> Figure:
    """The recall of the best model and of the baseline, and a table of the best model's figures."""
    scores = data.best_run.scores
    if scores is None:
        return missing("per-class", TITLE, f"Not drawn: {data.best_run.problem}.")
    rows = {model: _rows(each, data.classes) for model, each in data.scores.items()}
    layout = {
        "scattermode": "group",
        "yaxis": {"title": {"text": "recall"}, "ticksuffix": " %"},
        "xaxis": {"type": "category"},
    }
    columns = ("class", "faces", "recall", "95 % interval", "precision", "F1")
    table = tuple(
        (name, n, percent(r, 1), interval(*ends), "–" if p is None else percent(p, 1), f"{f:.3f}")
        for name, n, r, ends, p, f in rows["best"]
    )
    return Figure(
        "per-class",
        TITLE,
        _sentence(scores, data.classes, rows["best"]),
        CAPTION,
        (Plot(tuple(_recalls(model, rows[model]) for model in rows), layout, height=320),),
        (DisplayTable(Table(columns, table)),),
        data=Table(
            ("model", "expression", "faces", "recall", "low", "high", "precision", "f1"),
            tuple(
                (model, name, n, r, *ends, p, f)
                for model in rows
                for name, n, r, ends, p, f in rows[model]
            ),
        ),
    )


def _rows(scores: Scores, classes: tuple[str, ...]) -> list[Any]:
    counts = scores.confusion
    rows = []
    for i, name in enumerate(classes):
        correct, n, predicted = int(counts[i, i]), int(counts[i].sum()), int(counts[:, i].sum())
        recall = correct / n if n else 0.0
        ends = wilson(correct, n) if n else (0.0, 1.0)
        f1 = 2 * correct / (n + predicted) if n + predicted else 0.0
        rows.append((name, n, recall, ends, correct / predicted if predicted else None, f1))
    return rows


def _recalls(model: str, rows: list[Any]) -> dict[str, Any]:
    colour, symbol = _STYLES[model]
    recalls = [row[2] for row in rows]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [plain(row[0]) for row in rows],
        "y": [round(100 * recall, 2) for recall in recalls],
        "name": model,
        "marker": {"color": colour, "symbol": symbol, "size": 12},
        "error_y": error_bars(recalls, [row[3] for row in rows]),
        "hovertemplate": f"{model}, %{{x}}: %{{y:.1f}} %<extra></extra>",
    }


def _sentence(scores: Scores, classes: tuple[str, ...], rows: list[Any]) -> str:
    rows = [row for row in rows if row[1]]
    best, worst = max(rows, key=lambda row: row[2]), min(rows, key=lambda row: row[2])
    unused = never_predicted(scores, classes)
    tail = f" It never predicts {listing(unused, 'or')}." if unused else ""
    if best[2] == worst[2]:
        return f"The recall of the best model is the same for all classes.{tail}"
    return (
        f"The recall of the best model is highest for {best[0]} ({percent(best[2], 1)}) and lowest "
        f"for {worst[0]} ({percent(worst[2], 1)}).{tail}"
    )

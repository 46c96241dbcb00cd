"""Precision, recall and F1 of each class."""

from typing import Any

from fer.evaluation import ClassMetrics
from fer.formatting import interval, percent
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


def build(data: StudyData) -> Figure:
    """The recall of the best model and of the baseline, and a table of the best model's figures."""
    scores = data.best_run.scores
    if scores is None:
        return missing("per-class", TITLE, f"Not drawn: {data.best_run.problem}.")
    models = {model: each.evaluation(data.classes).per_class for model, each in data.scores.items()}
    layout = {
        "scattermode": "group",
        "yaxis": {"title": {"text": "recall"}, "ticksuffix": " %"},
        "xaxis": {"type": "category"},
    }
    columns = ("class", "faces", "recall", "95 % interval", "precision", "F1")
    table = tuple(
        (
            name,
            each.n,
            percent(each.recall, 1),
            interval(*each.recall_ci95),
            percent(each.precision, 1) if each.predicted else "–",
            f"{each.f1:.3f}",
        )
        for name, each in models["best"].items()
    )
    return Figure(
        "per-class",
        TITLE,
        _sentence(scores, models["best"]),
        CAPTION,
        (Plot(tuple(_recalls(model, models[model]) for model in models), layout, height=320),),
        (DisplayTable(Table(columns, table)),),
        data=Table(
            ("model", "expression", "faces", "recall", "low", "high", "precision", "f1"),
            tuple(
                (
                    model,
                    name,
                    each.n,
                    each.recall,
                    *each.recall_ci95,
                    each.precision if each.predicted else None,
                    each.f1,
                )
                for model, classes in models.items()
                for name, each in classes.items()
            ),
        ),
    )


def _recalls(model: str, classes: dict[str, ClassMetrics]) -> dict[str, Any]:
    colour, symbol = (BEST, "circle") if model == "best" else (BASELINE, "square")
    recalls = [each.recall for each in classes.values()]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [plain(name) for name in classes],
        "y": [round(100 * recall, 2) for recall in recalls],
        "name": model,
        "marker": {"color": colour, "symbol": symbol, "size": 12},
        "error_y": error_bars(recalls, [each.recall_ci95 for each in classes.values()]),
        "hovertemplate": f"{model}, %{{x}}: %{{y:.1f}} %<extra></extra>",
    }


def _sentence(scores: Scores, classes: dict[str, ClassMetrics]) -> str:
    recalls = {name: each.recall for name, each in classes.items() if each.n}
    best, worst = max(recalls, key=recalls.__getitem__), min(recalls, key=recalls.__getitem__)
    unused = never_predicted(scores, tuple(classes))
    tail = f" It never predicts {listing(unused, 'or')}." if unused else ""
    if recalls[best] == recalls[worst]:
        return f"The recall of the best model is the same for all classes.{tail}"
    return (
        f"The recall of the best model is highest for {best} ({percent(recalls[best], 1)}) and "
        f"lowest for {worst} ({percent(recalls[worst], 1)}).{tail}"
    )

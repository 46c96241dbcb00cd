"""Which expressions the best model takes for which, and how well it knows each."""

from typing import Any

import numpy as np

from fer.intervals import wilson
from fer.scores import Scores
from reports.data.study_data import Material, Run
from reports.figures.common import missing
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import interval, listing, percent, plain
from reports.rendering.palette import BASELINE, BEST, INK

TITLE = "What is taken for what"
PER_CLASS = "How well each expression is known"


def confusion(material: Material) -> Figure:
    """The best model's confusion matrix, beside the baseline's where there is one."""
    scores = material.best_run.scores
    if scores is None:
        return missing("confusion", TITLE, _lacking(material.best_run))
    plots = [_matrix(each, material.classes, name) for name, each in _models(material).items()]
    rows = (
        (model, name, other, int(each.confusion[i, j]))
        for model, each in _models(material).items()
        for i, name in enumerate(material.classes)
        for j, other in enumerate(material.classes)
    )
    return Figure(
        "confusion",
        TITLE,
        _sentence(scores, material.classes),
        "A row holds the faces that carry one label; its cells say what the model took them for. "
        "The diagonal is right. Percentages are of the row.",
        tuple(plots),
        data=Table(("model", "label", "prediction", "faces"), tuple(rows)),
    )


def per_class(material: Material) -> Figure:
    """Precision, recall and F1 of each class, with intervals."""
    scores = material.best_run.scores
    if scores is None:
        return missing("classes", PER_CLASS, _lacking(material.best_run))
    models = _models(material)
    styles = {"best": (BEST, "circle"), "baseline": (BASELINE, "square")}
    traces = [_recalls(s, material.classes, name, *styles[name]) for name, s in models.items()]
    rows = _rows(scores, material.classes)
    layout = {
        "scattermode": "group",
        "yaxis": {"title": {"text": "found of those labelled so"}, "ticksuffix": " %"},
        "xaxis": {"type": "category"},
    }
    columns = ("expression", "faces", "recall", "95 % interval", "precision", "F1")
    shown = tuple(
        (name, n, percent(r, 1), interval(*ends), "–" if p is None else percent(p, 1), f"{f:.3f}")
        for name, n, r, ends, p, f in rows
    )
    return Figure(
        "classes",
        PER_CLASS,
        _class_sentence(scores, material.classes),
        "Recall: of the faces labelled so, the share that was found. Precision: of the faces taken "
        "for it, the share that are labelled so. F1 is their harmonic mean.",
        (Plot(tuple(traces), layout, height=320),),
        (DisplayTable(Table(columns, shown)),),
        data=Table(
            ("model", "expression", "faces", "recall", "low", "high", "precision", "f1"),
            tuple(
                (model, name, n, r, *ends, p, f)
                for model, each in models.items()
                for name, n, r, ends, p, f in _rows(each, material.classes)
            ),
        ),
    )


def never_predicted(scores: Scores, classes: tuple[str, ...]) -> list[str]:
    """The classes that no face was taken for."""
    used = set(scores.predicted.tolist())
    return [name for i, name in enumerate(classes) if i not in used]


def _models(material: Material) -> dict[str, Scores]:
    runs = {"best": material.best_run, "baseline": material.baseline_run}
    return {name: run.scores for name, run in runs.items() if run.scores is not None}


def _lacking(run: Run) -> str:
    return f"Not drawn: {run.problem}."


def _matrix(scores: Scores, classes: tuple[str, ...], name: str) -> Plot:
    counts = scores.confusion
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [plain(each) for each in classes]
    text = [
        [f"{n:,}<br>{100 * part:.0f} %" for n, part in zip(row, parts, strict=True)]
        for row, parts in zip(counts.tolist(), share.tolist(), strict=True)
    ]
    trace = {
        "type": "heatmap",
        "x": names,
        "y": names,
        "z": np.round(share, 4).tolist(),
        "zmin": 0,
        "zmax": 1,
        # One hue from nothing to blue: it reads the same to every eye.
        "colorscale": [[0, "#f3f6fa"], [0.5, "#7fb2d6"], [1, "#00568a"]],
        "showscale": False,
        "text": text,
        "texttemplate": "%{text}",
        "xgap": 3,
        "ygap": 3,
        "hovertemplate": "labelled %{y}, taken for %{x}: %{text}<extra></extra>",
    }
    accuracy = np.trace(counts) / counts.sum()
    layout = {
        "xaxis": {"title": {"text": "taken for"}, "type": "category", "showgrid": False},
        "yaxis": {"title": {"text": "labelled"}, "type": "category", "autorange": "reversed",
                  "showgrid": False},
        "title": {"text": f"{name}, {100 * accuracy:.1f} % right", "x": 0.5, "font": {"size": 14}},
        "margin": {"t": 40},
    }  # fmt: skip
    return Plot((trace,), layout, height=120 + 78 * len(classes), name=name)


def _rows(scores: Scores, classes: tuple[str, ...]) -> list[Any]:
    counts = scores.confusion
    rows = []
    for i, name in enumerate(classes):
        right, n, taken = int(counts[i, i]), int(counts[i].sum()), int(counts[:, i].sum())
        recall = right / n if n else 0.0
        ends = wilson(right, n) if n else (0.0, 1.0)
        f1 = 2 * right / (n + taken) if n + taken else 0.0
        rows.append((name, n, recall, ends, right / taken if taken else None, f1))
    return rows


def _recalls(
    scores: Scores, classes: tuple[str, ...], name: str, colour: str, symbol: str
) -> dict[str, Any]:
    rows = _rows(scores, classes)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [plain(row[0]) for row in rows],
        "y": [round(100 * row[2], 2) for row in rows],
        "name": name,
        "marker": {"color": colour, "symbol": symbol, "size": 12},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [round(100 * (row[3][1] - row[2]), 2) for row in rows],
            "arrayminus": [round(100 * (row[2] - row[3][0]), 2) for row in rows],
            "color": INK,
            "thickness": 1.5,
        },
        "hovertemplate": f"{name}, %{{x}}: %{{y:.1f}} %<extra></extra>",
    }


def _sentence(scores: Scores, classes: tuple[str, ...]) -> str:
    unused = never_predicted(scores, classes)
    if unused:
        return f"The best model never says {listing(unused, 'or')}, so it knows fewer expressions."
    counts = scores.confusion
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    total = int(wrong.sum())
    if not total:
        return f"The best model is right on all {len(scores):,} held-out faces."
    i, j = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return (
        f"The best model errs on {total:,} of {len(scores):,} held-out faces, most often by taking "
        f"{classes[i]} for {classes[j]}: {wrong[i, j]:,} times, {percent(wrong[i, j] / total, 0)} "
        "of its mistakes."
    )


def _class_sentence(scores: Scores, classes: tuple[str, ...]) -> str:
    rows = [row for row in _rows(scores, classes) if row[1]]
    best, worst = max(rows, key=lambda row: row[2]), min(rows, key=lambda row: row[2])
    unused = never_predicted(scores, classes)
    tail = f" It never says {listing(unused, 'or')}." if unused else ""
    if best is worst or best[2] == worst[2]:
        return f"All expressions are found equally often.{tail}"
    return (
        f"It finds {best[0]} best ({percent(best[2], 1)}) and {worst[0]} worst "
        f"({percent(worst[2], 1)}).{tail}"
    )

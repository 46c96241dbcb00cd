"""Confusion matrix of the best model, and of the baseline."""

import numpy as np

from fer.formatting import count, percent
from fer.scores import Scores
from reports.data.study_data import StudyData
from reports.figures.common import missing
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import listing, plain

TITLE = "Confusion matrix"
CAPTION = (
    "Each row holds the faces with one label, its cells the predictions for them. The diagonal is "
    "correct. The percentages are of the row."
)


def build(data: StudyData) -> Figure:
    """The best model's confusion matrix beside the baseline's, if there is one."""
    scores = data.best_run.scores
    if scores is None:
        return missing("confusion", TITLE, f"Not drawn: {data.best_run.problem}.")
    rows = (
        (model, name, other, int(each.confusion[i, j]))
        for model, each in data.scores.items()
        for i, name in enumerate(data.classes)
        for j, other in enumerate(data.classes)
    )
    return Figure(
        "confusion",
        TITLE,
        _sentence(scores, data.classes),
        CAPTION,
        tuple(_matrix(each, data.classes, model) for model, each in data.scores.items()),
        data=Table(("model", "label", "prediction", "faces"), tuple(rows)),
    )


def never_predicted(scores: Scores, classes: tuple[str, ...]) -> list[str]:
    """The classes that were predicted for no face."""
    predicted = set(scores.predicted.tolist())
    return [name for i, name in enumerate(classes) if i not in predicted]


def _matrix(scores: Scores, classes: tuple[str, ...], name: str) -> Plot:
    counts = scores.confusion
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [plain(each) for each in classes]
    text = [
        [f"{n:,}<br>{100 * share:.0f} %" for n, share in zip(row, row_shares, strict=True)]
        for row, row_shares in zip(counts.tolist(), shares.tolist(), strict=True)
    ]
    trace = {
        "type": "heatmap",
        "x": names,
        "y": names,
        "z": np.round(shares, 4).tolist(),
        "zmin": 0,
        "zmax": 1,
        # One hue, from white to blue: the colour-blind read it alike.
        "colorscale": [[0, "#f3f6fa"], [0.5, "#7fb2d6"], [1, "#00568a"]],
        "showscale": False,
        "text": text,
        "texttemplate": "%{text}",
        "xgap": 3,
        "ygap": 3,
        "hovertemplate": "label %{y}, prediction %{x}: %{text}<extra></extra>",
    }
    accuracy = np.trace(counts) / counts.sum()
    title = f"{name}, accuracy {100 * accuracy:.1f} %"
    layout = {
        "xaxis": {"title": {"text": "prediction"}, "type": "category", "showgrid": False},
        "yaxis": {"title": {"text": "label"}, "type": "category", "autorange": "reversed",
                  "showgrid": False},
        "title": {"text": title, "x": 0.5, "font": {"size": 14}},
        "margin": {"t": 40},
    }  # fmt: skip
    return Plot((trace,), layout, height=120 + 78 * len(classes), name=name)


def _sentence(scores: Scores, classes: tuple[str, ...]) -> str:
    if unused := never_predicted(scores, classes):
        return f"The best model never predicts {listing(unused, 'or')}."
    errors = scores.confusion.copy()
    np.fill_diagonal(errors, 0)
    total = int(errors.sum())
    if not total:
        return f"The best model is correct on all {len(scores):,} held-out faces."
    times = count(int(errors.max()), "time")
    i, j = np.unravel_index(int(errors.argmax()), errors.shape)
    return (
        f"The best model is wrong on {total:,} of {len(scores):,} held-out faces. The most "
        f"frequent error is to predict {classes[j]} for {classes[i]}: {times}, "
        f"{percent(errors[i, j] / total, 0)} of its errors."
    )

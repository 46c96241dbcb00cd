"""Calibration of the best model: accuracy against confidence."""

import numpy as np

from fer.formatting import percent
from fer.intervals import wilson
from reports.data.study_data import StudyData
from reports.figures.common import missing
from reports.figures.traces import error_bars
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.palette import BEST, SOFT

TITLE = "Calibration"
CAPTION = (
    "The held-out faces in {bins} bins of equal size, from the lowest to the highest confidence "
    "(the predicted probability). On the dashed line the model is perfectly calibrated; below it, "
    "it is overconfident. The thin lines are 95 % intervals."
)
BINS = 10


def build(data: StudyData) -> Figure:
    """A reliability diagram, in bins of equally many faces."""
    scores = data.best_run.scores
    if scores is None:
        return missing("calibration", TITLE, f"Not drawn: {data.best_run.problem}.")
    confidence = scores.probabilities.max(axis=1).astype(float)
    correct = scores.predicted == scores.label
    order = np.argsort(confidence, kind="stable")
    bins = np.array_split(order, min(BINS, len(order)))
    mean = [float(confidence[b].mean()) for b in bins]
    accuracy = [float(correct[b].mean()) for b in bins]
    ends = [wilson(int(correct[b].sum()), len(b)) for b in bins]
    faces = [len(b) for b in bins]
    gaps = zip(mean, accuracy, faces, strict=True)
    error = sum(abs(m - a) * n for m, a, n in gaps) / len(order)
    lowest = 100 * min(mean + accuracy)
    traces = (
        {"type": "scatter", "mode": "lines", "x": [lowest, 100], "y": [lowest, 100],
         "name": "perfectly calibrated", "line": {"color": SOFT, "dash": "dash"},
         "hoverinfo": "skip"},
        {"type": "scatter", "mode": "lines+markers",
         "x": [round(100 * m, 2) for m in mean],
         "y": [round(100 * a, 2) for a in accuracy],
         "error_y": error_bars(accuracy, ends, BEST),
         "name": "best trial", "line": {"color": BEST}, "marker": {"size": 8},
         "hovertemplate": "confidence %{x:.0f} %, accuracy %{y:.0f} %<extra></extra>"},
    )  # fmt: skip
    layout = {
        "xaxis": {"title": {"text": "confidence"}, "ticksuffix": " %"},
        "yaxis": {"title": {"text": "accuracy"}, "ticksuffix": " %"},
    }
    rows = ((m, a, *pair, n) for m, a, pair, n in zip(mean, accuracy, ends, faces, strict=True))
    return Figure(
        "calibration",
        TITLE,
        _sentence(float(confidence.mean()), float(correct.mean()), error),
        CAPTION.format(bins=len(bins)),
        (Plot(traces, layout),),
        data=Table(("confidence", "accuracy", "low", "high", "faces"), tuple(rows)),
    )


def _sentence(confidence: float, accuracy: float, error: float) -> str:
    gap = confidence - accuracy
    if abs(gap) < 0.01:
        finding = "well calibrated on average"
    else:
        direction = "overconfident" if gap > 0 else "underconfident"
        finding = f"{direction} by {100 * abs(gap):.1f}\u00a0points"
    return (
        f"The best model is {finding}: its mean confidence is {percent(confidence, 1)}, its "
        f"accuracy {percent(accuracy, 1)} (expected calibration error "
        f"{100 * error:.1f}\u00a0points)."
    )

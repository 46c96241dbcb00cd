"""Whether the best model is as often right as it says."""

import numpy as np
from numpy.typing import NDArray

from fer.intervals import wilson
from reports.data.study_data import Material
from reports.figures.common import missing
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import percent
from reports.rendering.palette import BEST, SOFT

TITLE = "Is it as sure as it should be?"
BINS = 10


def calibration(material: Material) -> Figure:
    """Accuracy against confidence, in bins of equally many faces."""
    run = material.best_run
    if run.scores is None:
        return missing("calibration", TITLE, f"Not drawn: {run.problem}.")
    sure = run.scores.probabilities.max(axis=1).astype(float)
    right = run.scores.predicted == run.scores.label
    bins = np.array_split(np.argsort(sure, kind="stable"), min(BINS, len(sure)))
    rows = [(float(sure[b].mean()), float(right[b].mean()), *_ends(right[b]), len(b)) for b in bins]
    off = sum(abs(s - r) * n for s, r, _, _, n in rows) / len(sure)
    lowest = min(min(row[:2]) for row in rows)
    traces = (
        {"type": "scatter", "mode": "lines", "x": [100 * lowest, 100], "y": [100 * lowest, 100],
         "name": "as sure as right", "line": {"color": SOFT, "dash": "dash"}, "hoverinfo": "skip"},
        {"type": "scatter", "mode": "lines+markers",
         "x": [round(100 * row[0], 2) for row in rows],
         "y": [round(100 * row[1], 2) for row in rows],
         "error_y": {"type": "data", "symmetric": False, "color": BEST, "thickness": 1.5,
                     "array": [round(100 * (row[3] - row[1]), 2) for row in rows],
                     "arrayminus": [round(100 * (row[1] - row[2]), 2) for row in rows]},
         "name": "best trial", "line": {"color": BEST}, "marker": {"size": 8},
         "hovertemplate": "says %{x:.0f} %, is right in %{y:.0f} %<extra></extra>"},
    )  # fmt: skip
    layout = {
        "xaxis": {"title": {"text": "how sure it says it is"}, "ticksuffix": " %"},
        "yaxis": {"title": {"text": "how often it is right"}, "ticksuffix": " %"},
    }
    return Figure(
        "calibration",
        TITLE,
        _sentence(float(sure.mean()), float(right.mean()), float(off)),
        f"The held-out faces in {len(rows)} groups of equal size, from the least to the most sure. "
        "On the dashed line, what it says is what happens; below it, it is too sure of itself. "
        "The thin lines are 95 % intervals.",
        (Plot(traces, layout),),
        data=Table(("confidence", "accuracy", "low", "high", "faces"), tuple(rows)),
    )


def _ends(right: NDArray[np.bool_]) -> tuple[float, float]:
    return wilson(int(right.sum()), len(right))


def _sentence(sure: float, right: float, off: float) -> str:
    if abs(sure - right) < 0.01:
        how = "on the whole it is as sure as it is right"
    elif sure > right:
        how = f"it is too sure of itself by {100 * (sure - right):.1f}\u00a0points"
    else:
        how = f"it is too modest by {100 * (right - sure):.1f}\u00a0points"
    return (
        f"On average it says {percent(sure, 1)} and is right in {percent(right, 1)}: {how} "
        f"(expected calibration error {100 * off:.1f}\u00a0points)."
    )

"""The README's first picture: accuracies of the published and of this repository's recipes."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer.intervals import wilson
from reports.rendering.figure import Plot
from reports.rendering.palette import BASELINE, BEST, PUBLISHED
from search.results import published
from tools.grade import read_grade
from tools.result_tables import seeds, trial_metrics


def result_picture(folder: Path) -> Plot:
    """Accuracy on the test images above, on the validation split below, on one axis.

    Lines are 95 % intervals on the test images, and the SD over seeds on validation.
    """
    grade = read_grade(folder)
    test = wilson(round(published.TEST * grade.n), grade.n)
    baseline, best = (np.array(seeds(folder, key)) for key in ("baseline", "best"))
    held_out = trial_metrics(folder, "best")["faces"]["validation"]
    rows = [
        _row("published", published.TEST, test, PUBLISHED, "diamond", "y"),
        _row("this repository", grade.accuracy, grade.ci95, BEST, "circle", "y"),
        _row("published, on another split", published.VALIDATION, None, PUBLISHED, "diamond", "y2"),
        _row("the published recipe, trained here", baseline.mean(), _spread(baseline), BASELINE,
             "square", "y2"),
        _row("best recipe found", best.mean(), _spread(best), BEST, "circle", "y2"),
    ]  # fmt: skip
    headings = [
        (1.0, f"<b>{grade.n:,} test images</b>, graded from outside; lines: 95 % intervals"),
        (0.51, f"<b>{held_out:,} validation images</b>; means of {len(best)} seeds; lines: ± SD"),
    ]
    layout = {
        "showlegend": False,
        "margin": {"t": 40, "r": 24, "l": 16},
        "xaxis": {"ticksuffix": " %", "title": {"text": "accuracy"}, "anchor": "y2"},
        "yaxis": {"domain": [0.63, 0.98], "range": [1.4, -0.75]},
        "yaxis2": {"domain": [0.0, 0.49], "range": [2.4, -0.75]},
        "annotations": [
            {"x": 0, "xref": "paper", "xanchor": "left", "y": y, "yref": "paper",
             "yanchor": "bottom", "showarrow": False, "text": text}
            for y, text in headings
        ],
    }  # fmt: skip
    return Plot(tuple(rows), layout, height=380, name="result")


def _row(
    name: str,
    value: float,
    ends: tuple[float, float] | None,
    colour: str,
    symbol: str,
    axis: str,
) -> dict[str, Any]:
    low, high = ends or (value, value)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [round(100 * value, 3)],
        "y": [name],
        "yaxis": axis,
        "text": [f"{100 * value:.2f} %"],
        "textposition": "top center",
        "marker": {"color": colour, "symbol": symbol, "size": 13},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [round(100 * (high - value), 3)],
            "arrayminus": [round(100 * (value - low), 3)],
            "color": colour,
            "thickness": 3,
            "width": 0,
        },
    }


def _spread(accuracies: NDArray[np.float64]) -> tuple[float, float]:
    mean, deviation = float(accuracies.mean()), float(accuracies.std(ddof=1))
    return mean - deviation, mean + deviation

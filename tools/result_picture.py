"""The README's first picture: accuracies of the published and of this repository's recipes."""

from pathlib import Path
from typing import Any

from fer.intervals import wilson
from reports.rendering.figure import Plot
from reports.rendering.palette import BASELINE, BEST, PUBLISHED
from search.confirmation.statistics import Estimate
from search.results import published
from tools.confirmed_tables import read_confirmed
from tools.grade import read_grade


def result_picture(confirmed: Path, graded: Path) -> Plot:
    """Accuracy on the test images above, on fresh validation folds below, on one axis.

    Lines are 95 % intervals on the test images, and the SD over the folds on validation.

    Args:
        confirmed: folder of the confirmed study.
        graded: of the first search, whose submission was graded.
    """
    grade, folds = read_grade(graded), read_confirmed(confirmed).folds
    test = wilson(round(published.TEST * grade.n), grade.n)
    rows = [
        _row("published", published.TEST, test, PUBLISHED, "diamond", "y"),
        _row("first search, one seed", grade.accuracy, grade.ci95, BEST, "circle", "y"),
        _row("published, on another split", published.VALIDATION, None, PUBLISHED, "diamond", "y2"),
        _row("confirmed recipe", folds.mean.mean, _spread(folds.mean), BEST, "circle", "y2"),
    ]  # fmt: skip
    if folds.baseline is not None:
        name = "the published recipe, trained here"
        ends = _spread(folds.baseline)
        rows.insert(3, _row(name, folds.baseline.mean, ends, BASELINE, "square", "y2"))
    headings = [
        (1.0, f"<b>{grade.n:,} test images</b>, graded from outside; lines: 95 % intervals"),
        (0.51, f"<b>{folds.mean.n} fresh folds</b> of {folds.faces:,} faces; means, lines: ± SD"),
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


def _spread(estimate: Estimate) -> tuple[float, float] | None:
    if estimate.sd is None:
        return None
    return estimate.mean - estimate.sd, estimate.mean + estimate.sd

"""A plot of means with their intervals, a row each, with the single values that they are of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.figures.traces import error_bars
from reports.rendering.figure import Plot
from reports.rendering.formatting import plain
from reports.rendering.palette import PAPER

LIFT = 21
"""CSS pixels from a row's middle to its name above it."""
ROW_HEIGHT, REST = 52, 210
"""Of a row, and of the axis and the legend, which has several lines on a phone; CSS pixels."""
ABOVE, BELOW = -0.17, 0.24
"""Of a row, where single values and further marks are drawn: on the mean, its interval hides
them."""
TOP, BOTTOM = -0.8, -0.4
"""The ends of the axis: above the first row, and below the row after the last one."""
Ends = tuple[float | None, float | None]


@dataclass(frozen=True)
class Style:
    """How a group of rows or marks is drawn, and its name in the legend."""

    legend: str
    colour: str
    symbol: str


@dataclass(frozen=True)
class Mark:
    """One more accuracy in a row, below its mean."""

    value: float
    style: Style
    ends: Ends = (None, None)


@dataclass(frozen=True)
class EstimateRow:
    """A row.

    Attributes:
        name: above the row; any text.
        values: single accuracies, each drawn as a faint dot.
        mean: None where there are only ``marks``.
        ends: of the interval of the mean.
    """

    name: str
    style: Style
    values: tuple[float, ...] = ()
    mean: float | None = None
    ends: Ends = (None, None)
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Reference:
    """A vertical line at an accuracy, and its name in the legend."""

    value: float
    name: str
    colour: str
    dash: str


def estimate_plot(
    rows: Sequence[EstimateRow],
    what: str,
    references: Sequence[Reference] = (),
    axis: str = "accuracy",
) -> Plot:
    """The plot.

    Args:
        what: a single value is called, such as "fold"; they are counted from 1.
    """
    traces = [_line(line, len(rows)) for line in references]
    for style in dict.fromkeys(row.style for row in rows):
        chosen = [(at, row) for at, row in enumerate(rows) if row.style == style]
        traces += [*_dots(chosen, style, what), *_means(chosen, style)]
    marks = [(at, row, mark) for at, row in enumerate(rows) for mark in row.marks]
    for style in dict.fromkeys(mark.style for *_, mark in marks):
        drawn = [(at + BELOW, row.name, mark.value, mark.ends)
                 for at, row, mark in marks if mark.style == style]  # fmt: skip
        traces.append(_accuracies(drawn, style, style.legend))
    layout = {
        "xaxis": {"ticksuffix": " %", "title": {"text": axis}},
        "yaxis": {"range": [len(rows) + BOTTOM, TOP], "showticklabels": False, "showgrid": False,
                  "zeroline": False, "fixedrange": True},
        "annotations": _names(rows),
        # Names are above the rows, so the width of a phone is left to the plot.
        "margin": {"l": 16},
    }  # fmt: skip
    return Plot(tuple(traces), layout, REST + ROW_HEIGHT * len(rows))


def _names(rows: Sequence[EstimateRow]) -> list[dict[str, Any]]:
    return [
        {"text": plain(row.name, 56), "y": at, "yshift": LIFT, "yanchor": "middle", "x": 0,
         "xref": "paper", "xanchor": "left", "showarrow": False, "font": {"size": 11},
         "bgcolor": PAPER, "borderpad": 0}
        for at, row in enumerate(rows)
    ]  # fmt: skip


def _line(line: Reference, rows: int) -> dict[str, Any]:
    at = round(100 * line.value, 3)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [at, at],
        "y": [TOP, rows + BOTTOM],
        "name": line.name,
        "line": {"color": line.colour, "dash": line.dash, "width": 2},
        "hovertemplate": f"{line.name}: %{{x:.2f}} %<extra></extra>",
    }


def _dots(rows: Sequence[tuple[int, EstimateRow]], style: Style, what: str) -> list[dict[str, Any]]:
    points = [(at, row, i, value) for at, row in rows for i, value in enumerate(row.values, 1)]
    if not points:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [round(100 * value, 3) for *_, value in points],
            "y": [at + ABOVE for at, *_ in points],
            "customdata": [[plain(row.name, 56), i] for _, row, i, _ in points],
            "legendgroup": style.legend,
            "showlegend": False,
            "marker": {"color": style.colour, "size": 7},
            "opacity": 0.6,
            "hovertemplate": f"%{{customdata[0]}}: %{{x:.2f}} % ({what} %{{customdata[1]}})"
            "<extra></extra>",
        }
    ]


def _means(rows: Sequence[tuple[int, EstimateRow]], style: Style) -> list[dict[str, Any]]:
    drawn = [(float(at), row.name, row.mean, row.ends) for at, row in rows if row.mean is not None]
    return [_accuracies(drawn, style, style.legend)] if drawn else []


def _accuracies(
    drawn: Sequence[tuple[float, str, float, Ends]], style: Style, what: str
) -> dict[str, Any]:
    values = [value for _, _, value, _ in drawn]
    ends = [
        (value if low is None else low, value if high is None else high)
        for _, _, value, (low, high) in drawn
    ]
    outline = {"line": {"width": 2, "color": style.colour}} if "open" in style.symbol else {}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(100 * value, 3) for value in values],
        "y": [at for at, *_ in drawn],
        "customdata": [plain(name, 56) for _, name, *_ in drawn],
        "name": style.legend,
        "legendgroup": style.legend,
        "marker": {"color": style.colour, "symbol": style.symbol, "size": 12, **outline},
        "error_x": error_bars(values, ends, style.colour, digits=3, thickness=3, width=0),
        "hovertemplate": f"%{{customdata}}: %{{x:.2f}} %, {what}<extra></extra>",
    }

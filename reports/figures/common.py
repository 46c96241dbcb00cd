"""What several figures share."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from optuna.trial import FrozenTrial

from reports.rendering.figure import Figure
from reports.rendering.palette import PAPER


def missing(identity: str, title: str, sentence: str) -> Figure:
    """A figure that there is nothing to draw of, with the reason."""
    return Figure(identity, title, sentence)


def whole_numbers(title: str, largest: int) -> dict[str, Any]:
    """An axis of trials or epochs: no half ones."""
    axis: dict[str, Any] = {"title": {"text": title}, "tickformat": ",d"}
    return axis | ({"dtick": 1} if largest <= 10 else {})


def names_above(names: Sequence[str], lift: int, grid: bool = False) -> dict[str, Any]:
    """The part of a layout that writes each row's name above it, and not beside it: beside it, a
    long name leaves a phone no room for the row.

    Args:
        names: the rows' categories, as they stand in the traces; the first one is at the top.
        lift: CSS pixels from a row's middle to its name.
        grid: whether a faint line runs along each row, to lead the eye from its name to a dot.
    """
    return {
        # A range of its own: plotly's leaves a band as high as several rows above and below.
        "yaxis": {"type": "category", "categoryorder": "array", "categoryarray": list(names),
                  "range": [len(names) - 0.4, -0.9], "showticklabels": False, "showgrid": grid},
        "annotations": [
            {"text": name, "y": name, "yshift": lift, "yanchor": "middle", "x": 0, "xref": "paper",
             "xanchor": "left", "showarrow": False, "font": {"size": 11}, "bgcolor": PAPER,
             "borderpad": 0}
            for name in names
        ],
        # Nothing stands beside the rows, and a phone has no width to spare.
        "margin": {"l": 16},
    }  # fmt: skip


def accuracy_axis(title: str = "validation accuracy") -> dict[str, Any]:
    """An axis of accuracies in percent."""
    return {"title": {"text": title}, "ticksuffix": " %"}


def level(x: Sequence[float], height: float, name: str, colour: str, dash: str) -> dict[str, Any]:
    """A horizontal line to compare with."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": [round(100 * height, 3)] * len(x),
        "name": name,
        "line": {"color": colour, "dash": dash, "width": 2},
        "hovertemplate": f"{name}: %{{y:.2f}} %<extra></extra>",
    }


def best_so_far(accuracies: Sequence[float]) -> list[float]:
    """The running maximum."""
    return np.maximum.accumulate(np.asarray(accuracies, dtype=float)).tolist() if accuracies else []


def state(trial: FrozenTrial) -> str:
    """A trial's state in words."""
    names = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}
    return names.get(trial.state.name, "unfinished")

"""How accuracies are distributed: what share of a study's trials stays below each."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reports.data.study_data import Material
from reports.figures.common import missing
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import count, distinct, percent
from reports.rendering.palette import DASHES, SERIES

TITLE = "How good a typical trial is"


def edf(studies: Mapping[str, Material]) -> Figure:
    """The empirical distribution function of each study's complete trials."""
    accuracies = {
        name: sorted(trial.values[0] for trial in material.complete)
        for name, material in studies.items()
        if material.complete
    }
    if not accuracies:
        return missing("edf", TITLE, "No trial of any study has run to its end.")
    top = max(values[-1] for values in accuracies.values())
    low = min(values[0] for values in accuracies.values())
    order = list(studies)
    shown = distinct(order)
    traces = [
        _steps(shown[order.index(name)], values, order.index(name), low, top)
        for name, values in accuracies.items()
    ]
    layout = {
        "xaxis": {"title": {"text": "validation accuracy"}, "ticksuffix": " %"},
        "yaxis": {"title": {"text": "share of its trials below"}, "ticksuffix": " %",
                  "range": [-2, 102]},
    }  # fmt: skip
    return Figure(
        "edf",
        TITLE,
        _sentence(accuracies),
        "For each accuracy, the share of a study's complete trials that stay below it. A line "
        "further to the right belongs to a study whose trials are better as a whole, not only its "
        "best one. Pruned trials are left out.",
        (Plot(tuple(traces), layout),),
        data=Table(
            ("study", "validation_accuracy", "share"),
            tuple(
                (name, value, round((i + 1) / len(values), 6))
                for name, values in accuracies.items()
                for i, value in enumerate(values)
            ),
        ),
    )


def _steps(
    name: str, values: Sequence[float], place: int, low: float, top: float
) -> dict[str, Any]:
    shares = (100 * np.arange(1, len(values) + 1) / len(values)).round(3).tolist()
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [round(100 * x, 3) for x in (low, *values, top)],
        "y": [0, *shares, 100],
        "name": name,
        "line": {"shape": "hv", "width": 2.5, "color": SERIES[place % len(SERIES)],
                 "dash": DASHES[place % len(DASHES)]},
        "hovertemplate": "%{y:.0f} % stay below %{x:.2f} %<extra>%{fullData.name}</extra>",
    }  # fmt: skip


def _sentence(accuracies: Mapping[str, Sequence[float]]) -> str:
    medians = {name: float(np.median(values)) for name, values in accuracies.items()}
    best = max(medians, key=lambda name: medians[name])
    lead = (
        f"Half of the {count(len(accuracies[best]), 'complete trial')} of {best} reach "
        f"{percent(medians[best])} or more"
    )
    if len(medians) == 1:
        return f"{lead}."
    rest = [f"{percent(m)} in {name}" for name, m in medians.items() if name != best]
    return f"{lead}, against {'; '.join(rest)}."

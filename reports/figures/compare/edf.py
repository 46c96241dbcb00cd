"""Empirical distribution functions of the trials' accuracies."""

from collections.abc import Mapping, Sequence

import numpy as np

from fer.formatting import count, percent
from reports.data.comparison import Comparison
from reports.figures.common import missing
from reports.figures.traces import steps
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import distinct

TITLE = "Distribution of the accuracies"
CAPTION = (
    "The empirical distribution function: for each accuracy, the share of a study's complete "
    "trials below it. Pruned trials are left out, so a stricter pruner moves a line to the right. "
    "Of comparable studies, the one whose line is further to the right has better trials overall."
)


def build(comparison: Comparison) -> Figure:
    """A line for each study with a complete trial."""
    accuracies = {
        name: sorted(trial.accuracy for trial in study.snapshot.complete)
        for name, study in comparison.studies.items()
        if study.snapshot.complete
    }
    if not accuracies:
        return missing("edf", TITLE, "No trial of any study has run to its end.")
    lowest = min(values[0] for values in accuracies.values())
    highest = max(values[-1] for values in accuracies.values())
    names = list(comparison.studies)
    shown = distinct(names)
    traces = tuple(
        steps(
            shown[names.index(name)],
            [round(100 * x, 3) for x in (lowest, *values, highest)],
            [0, *(100 * np.arange(1, len(values) + 1) / len(values)).round(3).tolist(), 100],
            names.index(name),
            "%{y:.0f} % are below %{x:.2f} %",
        )
        for name, values in accuracies.items()
    )
    layout = {
        "xaxis": {"title": {"text": "validation accuracy"}, "ticksuffix": " %"},
        "yaxis": {"title": {"text": "share of the trials"}, "ticksuffix": " %",
                  "range": [-2, 102]},
    }  # fmt: skip
    return Figure(
        "edf",
        TITLE,
        comparison.caveat + _sentence(accuracies),
        CAPTION,
        (Plot(traces, layout),),
        data=Table(
            ("study", "validation_accuracy", "share"),
            tuple(
                (name, value, round((i + 1) / len(values), 6))
                for name, values in accuracies.items()
                for i, value in enumerate(values)
            ),
        ),
    )


def _sentence(accuracies: Mapping[str, Sequence[float]]) -> str:
    medians = (
        f"{percent(float(np.median(values)))} over "
        f"{count(len(values), 'complete searched trial')} in {name}"
        for name, values in accuracies.items()
    )
    return f"Median accuracies: {', '.join(medians)}."

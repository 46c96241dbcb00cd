"""Axes and other parts of a layout that several figures share, and figures without data."""

from collections.abc import Sequence
from typing import Any

from fer.formatting import count
from reports.rendering.figure import Figure
from reports.rendering.palette import PAPER
from search.config.definition import Definition
from search.results.roles import run_kind
from search.results.trials import TrialRecord

RUG = {
    "domain": [0, 0.08],
    "showticklabels": False,
    "showgrid": False,
    "range": [-1, 1],
    "fixedrange": True,
    "zeroline": False,
}
"""A narrow second y axis under the plot, for trials that have no final accuracy."""


def missing(identity: str, title: str, sentence: str) -> Figure:
    """A figure without data: its sentence is the reason."""
    return Figure(identity, title, sentence)


def whole_numbers(title: str, largest: int) -> dict[str, Any]:
    """An axis of trials or epochs, with ticks at whole numbers only."""
    axis: dict[str, Any] = {"title": {"text": title}, "tickformat": ",d"}
    return axis | ({"dtick": 1} if largest <= 10 else {})


def names_above(names: Sequence[str], lift: int, grid: bool = False) -> dict[str, Any]:
    """The part of a layout that puts each row's name above it: beside it, a long name leaves no
    room for the row on a phone.

    Args:
        names: the rows' categories, as in the traces, from top to bottom.
        lift: CSS pixels from a row's middle to its name.
        grid: whether a faint line runs along each row, from its name to its marker.
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
        # Names are above the rows, so the width of a phone is left to the plot.
        "margin": {"l": 16},
    }  # fmt: skip


def accuracy_axis(title: str = "validation accuracy") -> dict[str, Any]:
    """An axis of accuracies in percent."""
    return {"title": {"text": title}, "ticksuffix": " %"}


def trials_caption(definition: Definition) -> str:
    """That the trials are those of the screen, or that accuracies are means; to follow a caption of
    a figure of the searched trials."""
    objective = definition.objective
    if definition.rounds is not None:
        epochs = count(definition.rounds.screen.epochs, "epoch")
        return f" The searched trials are those of the screen, of {epochs} each."
    if objective.runs == 1:
        return ""
    of = [count(objective.folds, "fold"), count(objective.seeds, "seed")]
    return f" An accuracy is the mean of {count(objective.runs, 'run')} ({' and '.join(of)})."


def best_label(best: TrialRecord) -> str:
    """What a legend calls the run of the best trial: after a race, the winner's first run."""
    if best.is_further_run:
        return f"winner: trial {best.group}, first run"
    return f"best: trial {best.number}"


def group(trial: TrialRecord) -> str:
    """What a legend calls a trial: its state, or ``race run`` or ``repeated run``, which train the
    recipe of another trial."""
    return run_kind(trial) or state(trial)


def state(trial: TrialRecord) -> str:
    """A trial's state; "unfinished" while it waits, runs, or can be resumed."""
    return str(trial.state) if trial.state.finished else "unfinished"

"""The best accuracy so far of several studies, over trials or over time."""

from collections.abc import Mapping, Sequence
from typing import Any

from fer.formatting import count, duration, percent
from reports.data.comparison import Comparison
from reports.figures.common import accuracy_axis, missing
from reports.figures.traces import best_so_far, level, steps
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import distinct, listing
from reports.rendering.palette import PUBLISHED
from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord

CAPTION = (
    "Each line steps up when a trial of its study runs to its end with a higher accuracy than "
    "those before. Pruned and failed trials count on the axis, the baseline does not. The best of "
    "many trials is biased upwards, the more the more trials there are. A dotted line is the "
    "published accuracy, measured on the test images of FER2013, which no study reads."
)
_SECONDS = {"hours": 3600.0, "minutes": 60.0, "seconds": 1.0}
Ended = Sequence[tuple[float, TrialRecord]]
"""Ended trials with their place on the x axis."""


def ended_trials(study: Snapshot) -> list[TrialRecord]:
    """The searched trials that have ended, in the order of their end."""
    ended = [(t.ended, t.number, t) for t in study.searched if t.ended and t.state.finished]
    return [trial for _, _, trial in sorted(ended, key=lambda item: item[:2])]


def progress(
    identity: str,
    title: str,
    comparison: Comparison,
    ended: Mapping[str, Ended],
    unit: str,
    axis: dict[str, Any],
    caveat: str = "",
) -> Figure:
    """The figure.

    Args:
        ended: the ended trials of each study, ascending.
        unit: of their places, such as "trials" or "minutes".
        caveat: said before the numbers.
    """
    curves = {name: curve for name, trials in ended.items() if (curve := _curve(trials))}
    if not curves:
        return missing(identity, title, "No trial of any study has run to its end.")
    names = list(comparison.studies)
    shown = distinct(names)
    traces = [
        steps(
            shown[names.index(name)],
            [round(x, 4) for x, _ in curve],
            [round(100 * y, 3) for _, y in curve],
            names.index(name),
            "%{y:.2f} % after %{x:.4~g}",
        )
        | _dots(curve)
        for name, curve in curves.items()
    ]
    if comparison.published is not None:
        ends = (0, max(curve[-1][0] for curve in curves.values()))
        traces.append(level(ends, comparison.published, "published (test)", PUBLISHED, "dot"))
    return Figure(
        identity,
        title,
        f"{comparison.caveat}{caveat}{_sentence(curves, unit, comparison.comparable)}",
        CAPTION,
        (Plot(tuple(traces), {"xaxis": axis, "yaxis": accuracy_axis("best validation accuracy")}),),
        data=Table(
            ("study", unit, "best_validation_accuracy"),
            tuple((name, round(x, 3), y) for name, curve in curves.items() for x, y in curve),
        ),
    )


def _dots(curve: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Markers at the steps of a short curve: one of a single trial has no line."""
    short = len(curve) <= 40
    return {"mode": "lines+markers", "marker": {"size": 6}} if short else {}


def _curve(ended: Ended) -> list[tuple[float, float]]:
    complete = [(x, trial.accuracy) for x, trial in ended if trial.state == State.COMPLETE]
    if not complete:
        return []
    best = best_so_far([accuracy for _, accuracy in complete])
    curve = [(x, top) for (x, _), top in zip(complete, best, strict=True)]
    return [*curve, (ended[-1][0], best[-1])]


def _sentence(
    curves: Mapping[str, Sequence[tuple[float, float]]], unit: str, comparable: bool
) -> str:
    """The last point of each curve and, of two comparable studies, when each reached the other."""
    ends = [
        f"{percent(curve[-1][1])} in {name} after {_amount(curve[-1][0], unit)}"
        for name, curve in curves.items()
    ]
    lead = f"Best accuracies: {', '.join(ends)}."
    if not comparable or len(curves) != 2:
        return lead
    lower = min(curve[-1][1] for curve in curves.values())
    reached = [
        f"{name} after {_amount(next(x for x, y in curve if y >= lower), unit)}"
        for name, curve in curves.items()
    ]
    return f"{lead} {percent(lower)} was reached by {listing(reached)}."


def _amount(x: float, unit: str) -> str:
    return count(int(x), "searched trial") if unit == "trials" else duration(x * _SECONDS[unit])

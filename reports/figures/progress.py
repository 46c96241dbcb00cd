"""The best accuracy so far of several studies, over trials or over time."""

from collections.abc import Mapping, Sequence
from typing import Any

from fer.formatting import count, duration, percent
from reports.data.comparison import Comparison
from reports.figures.common import accuracy_axis, missing
from reports.figures.traces import best_so_far, steps
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import distinct
from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord

CAPTION = (
    "Each line steps up when its study finds a better trial. A study whose line rises earlier "
    "found good recipes sooner."
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
) -> Figure:
    """The figure.

    Args:
        ended: the ended trials of each study, ascending.
        unit: of their places, such as "trials" or "minutes".
    """
    curves = {name: curve for name, trials in ended.items() if (curve := _curve(trials))}
    if not curves:
        return missing(identity, title, "No trial of any study has run to its end.")
    names = list(comparison.studies)
    shown = distinct(names)
    traces = tuple(
        steps(
            shown[names.index(name)],
            [round(x, 4) for x, _ in curve],
            [round(100 * y, 3) for _, y in curve],
            names.index(name),
            "%{y:.2f} % after %{x:.4~g}",
        )
        for name, curve in curves.items()
    )
    return Figure(
        identity,
        title,
        _sentence(curves, unit),
        CAPTION,
        (Plot(traces, {"xaxis": axis, "yaxis": accuracy_axis("best validation accuracy")}),),
        data=Table(
            ("study", unit, "best_validation_accuracy"),
            tuple((name, round(x, 3), y) for name, curve in curves.items() for x, y in curve),
        ),
    )


def _curve(ended: Ended) -> list[tuple[float, float]]:
    complete = [(x, trial.accuracy) for x, trial in ended if trial.state == State.COMPLETE]
    if not complete:
        return []
    best = best_so_far([accuracy for _, accuracy in complete])
    curve = [(x, top) for (x, _), top in zip(complete, best, strict=True)]
    return [*curve, (ended[-1][0], best[-1])]


def _sentence(curves: Mapping[str, Sequence[tuple[float, float]]], unit: str) -> str:
    final = {name: curve[-1][1] for name, curve in curves.items()}
    best = max(final, key=lambda name: final[name])
    lead = f"{best} has the highest final accuracy, {percent(final.pop(best))}"
    if not final:
        return f"{lead}."
    second = max(final, key=lambda name: final[name])
    reached = [next(x for x, y in curves[name] if y >= final[second]) for name in (best, second)]
    return (
        f"{lead}. It reached the {percent(final[second])} of {second} after "
        f"{_amount(reached[0], unit)}, and {second} after {_amount(reached[1], unit)}."
    )


def _amount(x: float, unit: str) -> str:
    return count(int(x), "trial") if unit == "trials" else duration(x * _SECONDS[unit])

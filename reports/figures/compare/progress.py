"""The best accuracy so far, over trials and over the time that a study ran."""

from collections.abc import Mapping, Sequence
from typing import Any

from optuna.trial import FrozenTrial

from reports.data.study_data import Material, began, seconds_of
from reports.figures.common import accuracy_axis, best_so_far, missing, whole_numbers
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import count, distinct, duration, percent, scale_of
from reports.rendering.palette import DASHES, SERIES

OVER_TRIALS = "The best so far, trial by trial"
OVER_SECONDS = "The best so far, over time"
_UNITS = {"hours": 3600.0, "minutes": 60.0, "seconds": 1.0}


def over_trials(studies: Mapping[str, Material]) -> Figure:
    """Trials count in the order in which they ended."""
    steps = {
        name: [(float(i + 1), t) for i, t in enumerate(_ended(m))] for name, m in studies.items()
    }
    largest = max((len(found) for found in steps.values()), default=0)
    axis = whole_numbers("trials ended", largest)
    return _figure("over-trials", OVER_TRIALS, steps, axis, "trials", studies)


def over_seconds(studies: Mapping[str, Material]) -> Figure:
    """Time in which no trial ran does not count."""
    steps = {name: active(material.trials) for name, material in studies.items()}
    longest = max((found[-1][0] for found in steps.values() if found), default=0.0)
    unit, size = scale_of(longest)
    steps = {name: [(at / size, t) for at, t in found] for name, found in steps.items()}
    axis = {"title": {"text": f"{unit} in which trials ran"}, "rangemode": "tozero"}
    return _figure("over-seconds", OVER_SECONDS, steps, axis, unit, studies)


def active(trials: tuple[FrozenTrial, ...]) -> list[tuple[float, FrozenTrial]]:
    """Each ended trial with the seconds, until its end, in which any trial ran."""
    start = began(trials)
    if start is None:
        return []
    spans = sorted(
        (
            (t.datetime_start - start).total_seconds(),
            (t.datetime_complete - start).total_seconds()
            if t.datetime_complete
            else (t.datetime_start - start).total_seconds() + seconds_of(t),
        )
        for t in trials
        if t.datetime_start
    )
    merged: list[list[float]] = []
    for begin, end in spans:
        if merged and begin <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([begin, end])
    found = []
    for trial in trials:
        if trial.datetime_complete and trial.state.is_finished():
            until = (trial.datetime_complete - start).total_seconds()
            total = sum(max(0.0, min(end, until) - begin) for begin, end in merged)
            found.append((total, trial))
    return sorted(found, key=lambda item: (item[0], item[1].number))


def _ended(material: Material) -> list[FrozenTrial]:
    ended = [t for t in material.searched if t.datetime_complete and t.state.is_finished()]
    return sorted(ended, key=lambda t: (t.datetime_complete, t.number))


def _figure(
    identity: str,
    title: str,
    steps: Mapping[str, Sequence[tuple[float, FrozenTrial]]],
    axis: dict[str, Any],
    unit: str,
    studies: Mapping[str, Material],
) -> Figure:
    curves = {}
    for name, found in steps.items():
        good = {trial.number for trial in studies[name].complete}
        done = [(at, trial.values[0]) for at, trial in found if trial.number in good]
        if done:
            tops = best_so_far([height for _, height in done])
            curves[name] = [(at, top) for (at, _), top in zip(done, tops, strict=True)]
            curves[name].append((found[-1][0], tops[-1]))
    if not curves:
        return missing(identity, title, "No trial of any study has run to its end.")
    order = list(studies)
    shown = distinct(order)
    traces = tuple(
        _line(shown[order.index(name)], curve, order.index(name)) for name, curve in curves.items()
    )
    return Figure(
        identity,
        title,
        _sentence(curves, unit),
        "Each line steps up whenever its study finds a better trial. The line that is higher "
        "further to the left found good recipes sooner.",
        (Plot(traces, {"xaxis": axis, "yaxis": accuracy_axis("best validation accuracy")}),),
        data=Table(
            ("study", unit, "best_validation_accuracy"),
            tuple((name, round(x, 3), y) for name, curve in curves.items() for x, y in curve),
        ),
    )


def _line(name: str, curve: Sequence[tuple[float, float]], place: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [round(x, 4) for x, _ in curve],
        "y": [round(100 * y, 3) for _, y in curve],
        "name": name,
        "line": {"shape": "hv", "width": 2.5, "color": SERIES[place % len(SERIES)],
                 "dash": DASHES[place % len(DASHES)]},
        "hovertemplate": "%{y:.2f} % after %{x:.4~g}<extra>%{fullData.name}</extra>",
    }  # fmt: skip


def _sentence(curves: Mapping[str, Sequence[tuple[float, float]]], unit: str) -> str:
    best = max(curves, key=lambda name: curves[name][-1][1])
    height = curves[best][-1][1]
    lead = f"{best} ends highest, at {percent(height)}"
    rest = {name: curve for name, curve in curves.items() if name != best}
    if not rest:
        return f"{lead}."
    second = max(rest, key=lambda name: rest[name][-1][1])
    goal = rest[second][-1][1]
    passed = next(x for x, y in curves[best] if y >= goal)
    needed = next(x for x, y in rest[second] if y >= goal)
    return (
        f"{lead}; it reached the {percent(goal)} of {second} after {_amount(passed, unit)}, for "
        f"which {second} itself needed {_amount(needed, unit)}."
    )


def _amount(x: float, unit: str) -> str:
    if unit == "trials":
        return count(int(x), "trial")
    return duration(x * _UNITS[unit])

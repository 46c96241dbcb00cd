"""Accuracy by the time that the study had run: each ended trial, and the best so far."""

from typing import Any

from reports.figures.common import accuracy_axis, missing
from reports.figures.compare.progress_by_time import running_seconds
from reports.figures.traces import best_so_far, level, markers
from reports.rendering.figure import Figure, Plot
from reports.rendering.formatting import scale_of
from reports.rendering.palette import BASELINE, BEST, COMPLETE, PRUNED, UNFINISHED
from search.results.baseline import baseline_label
from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord

TITLE = "Accuracy by running time"
_STYLES = {
    State.PRUNED: {"color": PRUNED, "symbol": "x", "size": 7},
    State.COMPLETE: {"color": COMPLETE, "symbol": "circle", "size": 7},
}


def build(study: Snapshot) -> Figure:
    """A marker for each ended trial, the best so far, and the baseline and target to reach."""
    seconds = [(at, trial) for at, trial in running_seconds(study) if trial.value is not None]
    if not seconds:
        return missing("accuracy-by-time", TITLE, "No trial has ended.")
    unit, size = scale_of(seconds[-1][0])
    ended = [(round(at / size, 2), trial) for at, trial in seconds]
    longest = ended[-1][0]
    traces = [_trials(ended, state) for state in _STYLES]
    traces += _best_so_far(ended, longest)
    if study.limits.stop.target is not None:
        traces.append(level((0, longest), study.limits.stop.target, "target", UNFINISHED, "dot"))
    if study.baseline is not None:
        accuracy = study.baseline.accuracy
        label = baseline_label(study.definition)
        traces.append(level((0, longest), accuracy, label, BASELINE, "dash"))
    axis = {"title": {"text": f"running time, {unit}"}, "rangemode": "tozero"}
    layout = {"xaxis": axis, "yaxis": accuracy_axis()}
    return Figure("accuracy-by-time", TITLE, "", plots=(Plot(tuple(traces), layout),))


def _trials(ended: list[tuple[float, TrialRecord]], state: State) -> dict[str, Any]:
    chosen = [(at, trial) for at, trial in ended if trial.state == state]
    return markers(
        [trial for _, trial in chosen],
        [at for at, _ in chosen],
        [round(100 * trial.accuracy, 2) for _, trial in chosen],
        str(state),
        dict(_STYLES[state]),
        ": %{y} %",
    )


def _best_so_far(ended: list[tuple[float, TrialRecord]], longest: float) -> list[dict[str, Any]]:
    complete = [(at, trial.accuracy) for at, trial in ended if trial.state == State.COMPLETE]
    if not complete:
        return []
    best = best_so_far([round(100 * accuracy, 2) for _, accuracy in complete])
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [*(at for at, _ in complete), longest],
            "y": [*best, best[-1]],
            "name": "best so far",
            "line": {"color": BEST, "width": 3, "shape": "hv"},
        }
    ]

"""Memory of each trial's worker, and the load of the machine meanwhile."""

import statistics
from collections.abc import Sequence
from typing import Any

from fer.formatting import SPACE, count
from reports.data.study_data import StudyData
from reports.figures.common import group, missing, state, whole_numbers
from reports.figures.traces import markers
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.palette import COMPLETE, FAILED, INK, PRUNED, REPEATED, UNFINISHED
from search.results.roles import RACE_RUN, REPEATED_RUN
from search.results.trials import State, TrialRecord
from search.results.work import load_per_core, peak_memory

TITLE = "Memory and load"
CAPTION = (
    "Above, the most memory that a trial's worker process had, without a GPU's. Below, the mean "
    "load average of the machine while the trial was trained, divided by the cores that the worker "
    "may use; it counts the study's own workers too. Above the line at 1, processes waited for a "
    "core, and the trial took longer than on an idle machine."
)
GB = 1e9
BUSY = 1.2
"""Load per core from which a trial's seconds are said to be longer; two workers on two cores give
1, and a moment's other process a little more."""
_STYLES = {
    "complete": (COMPLETE, "circle"),
    "pruned": (PRUNED, "x"),
    "failed": (FAILED, "triangle-up"),
    "unfinished": (UNFINISHED, "diamond"),
    REPEATED_RUN: (REPEATED, "pentagon"),
    RACE_RUN: (REPEATED, "square"),
}


def build(data: StudyData) -> Figure:
    """Two plots under one another, by trial."""
    study = data.snapshot
    begun = [trial for trial in study.trials if trial.state != State.WAITING]
    known = [t for t in begun if (peak_memory(t), load_per_core(t)) != (None, None)]
    if not known:
        return missing("load", TITLE, _nothing(begun))
    traces = []
    for name in _STYLES:
        chosen = [trial for trial in known if group(trial) == name]
        traces += _traces(chosen, name)
    last = max(trial.number for trial in study.trials)
    layout = {
        "xaxis": whole_numbers("trial", last) | {"anchor": "y2"},
        "yaxis": {"title": {"text": "peak memory, GB"}, "domain": [0.56, 1],
                  "rangemode": "tozero", "nticks": 5},
        "yaxis2": {"title": {"text": "load per core"}, "domain": [0, 0.44], "rangemode": "tozero",
                   "nticks": 5},
        "shapes": [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y2", "y0": 1,
                    "y1": 1, "line": {"color": INK, "dash": "dash", "width": 1}}],
    }  # fmt: skip
    rows = (
        (t.number, state(t), len(t.attempts), peak_memory(t), _rounded(load_per_core(t)),
         _rounded(sum(a.cpu_seconds for a in t.attempts)), t.seconds)
        for t in known
    )  # fmt: skip
    return Figure(
        "load",
        TITLE,
        _sentence(known, len(begun) - len(known)),
        CAPTION,
        (Plot(tuple(traces), layout, height=420),),
        data=Table(
            ("trial", "state", "attempts", "peak_memory_bytes", "load_per_core", "cpu_seconds",
             "trained_seconds"),
            tuple(rows),
        ),
    )  # fmt: skip


def _traces(trials: Sequence[TrialRecord], name: str) -> list[dict[str, Any]]:
    colour, symbol = _STYLES[name]
    marker = {"color": colour, "symbol": symbol, "size": 8 if len(trials) < 200 else 5}
    memory = [(t, round(peak / GB, 3)) for t in trials if (peak := peak_memory(t)) is not None]
    load = [(t, round(per, 2)) for t in trials if (per := load_per_core(t)) is not None]
    drawn = (("y", memory, "%{y} GB"), ("y2", load, "load %{y} per core"))
    return [
        markers(
            [trial for trial, _ in points],
            [trial.number for trial, _ in points],
            [value for _, value in points],
            name,
            marker,
            f", {name}: {shown}",
        )
        | {"yaxis": axis, "legendgroup": name, "showlegend": axis == "y" or not memory}
        for axis, points, shown in drawn
        if points
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _sentence(trials: Sequence[TrialRecord], unknown: int) -> str:
    sentences = []
    peaks = {t.number: peak for t in trials if (peak := peak_memory(t)) is not None}
    if peaks:
        most = max(peaks, key=lambda number: peaks[number])
        usual = statistics.median(peaks.values())
        sentences.append(
            f"A worker had at most {peaks[most] / GB:.2f}{SPACE}GB (trial {most}; the median is "
            f"{usual / GB:.2f}{SPACE}GB)."
        )
    loads = [load for t in trials if (load := load_per_core(t)) is not None]
    if loads:
        mean = statistics.mean(loads)
        waited = sum(load > BUSY for load in loads)
        busy = (
            f"; in {waited} of {count(len(loads), 'trial')} it was above {BUSY:g}, so processes "
            "waited for a core and times are longer than on an idle machine"
            if waited
            else f" and never above {BUSY:g}, so no trial waited long for a core"
        )
        sentences.append(f"The mean load was {mean:.2f} per core{busy}.")
    if unknown:
        sentences.append(
            f"For {count(unknown, 'trial')}, neither is recorded, as an earlier version ran them."
        )
    return " ".join(sentences)


def _nothing(started: Sequence[TrialRecord]) -> str:
    if not started:
        return "No trial has started."
    if any(trial.attempts for trial in started):
        return "Neither is recorded yet, or this system does not tell them."
    return "Neither is recorded, as an earlier version of fer ran this study."

"""The study's own figures in optuna-dashboard, as plotly's JSON, 60 kB at most each.

The page fetches all of them anew at each poll, so they are small; built as plain values, as
importing plotly takes a second in a process that has a study to look after.
"""

import datetime
import html
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from search.execution.budget import baseline_trial, best_trial
from search.results.activity import active_until
from search.results.importance import importance, ranked
from search.storage.attributes import is_baseline
from search.storage.sessions import Session, sessions
from search.storage.study import FerStudy

MAX_BYTES = 60_000
CURVES, SECONDS, IMPORTANCE = "fer-curves", "fer-seconds", "fer-importance"

# As in the reports, but one for both themes: each has a contrast of 3 to 1 on white and on black.
BLUE, SKY, ORANGE, GREEN, RED, GREY = (
    "#0072b2",
    "#3796cc",
    "#bd7e00",
    "#008f68",
    "#b84a00",
    "#767f88",
)
_LINES = {
    TrialState.COMPLETE: (SKY, "solid"),
    TrialState.RUNNING: (GREEN, "longdash"),
    TrialState.FAIL: (RED, "dashdot"),
    TrialState.PRUNED: (GREY, "dot"),
}
_SIZES = ((200, 60), (200, 25), (120, 25), (120, 10), (60, 10), (30, 6))
"""Trials and points of each that the curves show at most: the first that is small enough."""

_POINTS = 1_000
_NAME = 40
"""Characters of a name that are shown at most."""
_IMPORTANCE_TRIALS = 200


def figures(study: FerStudy) -> dict[str, str]:
    """The figures by their ids; those with nothing to show are left out."""
    trials = study.everything()
    found = {
        CURVES: curves(trials),
        SECONDS: seconds(trials, sessions(study), study.limits.stop.target),
        IMPORTANCE: importances(trials, study.definition.seed),
    }
    return {name: figure for name, figure in found.items() if figure is not None}


def curves(trials: Sequence[FrozenTrial]) -> str | None:
    """Validation accuracy over epochs, a line a trial; a cross where one was pruned."""
    begun = [trial for trial in trials if trial.intermediate_values]
    if not begun:
        return None
    for most, points in _SIZES:
        figure = _curves(begun, most, points)
        if len(figure) <= MAX_BYTES:
            return figure
    return None


def seconds(
    trials: Sequence[FrozenTrial], spans: Sequence[Session], target: float | None
) -> str | None:
    """Where each trial ended against the seconds for which the study had run, and the best so
    far."""
    ended = [trial for trial in trials if _last(trial) is not None and trial.datetime_complete]
    if not ended:
        return None
    ended.sort(key=lambda trial: (trial.datetime_complete, trial.number))
    at = [round(active_until(spans, _utc(trial))) for trial in ended]
    data = []
    for state, name, colour, symbol in (
        (TrialState.PRUNED, "pruned", GREY, "x"),
        (TrialState.COMPLETE, "complete", SKY, "circle"),
    ):
        chosen = [
            (second, trial)
            for second, trial in zip(at, ended, strict=True)
            if trial.state == state and not is_baseline(trial)
        ][-_POINTS:]
        data.append(
            {
                "x": [second for second, _ in chosen],
                "y": [_last(trial) for _, trial in chosen],
                "text": [str(trial.number) for _, trial in chosen],
                "hovertemplate": "trial %{text}: %{y} %<extra></extra>",
                "name": name,
                "mode": "markers",
                "marker": {"color": colour, "symbol": symbol, "size": 7},
            }
        )
    data.append(_best_so_far(ended, at))
    lines = {"target": (None if target is None else 100 * target, GREEN, "dot")}
    if base := baseline_trial(list(trials)):
        lines["baseline"] = (_last(base), ORANGE, "dash")
    for name, (height, colour, dash) in lines.items():
        if height is not None:
            data.append(
                {
                    "x": [0, max(at)],
                    "y": [round(height, 2)] * 2,
                    "name": name,
                    "mode": "lines",
                    "line": {"color": colour, "dash": dash},
                }
            )
    layout = _layout("Accuracy against seconds", "seconds that the study ran")
    return _json({"data": data, "layout": layout})


def importances(trials: Sequence[FrozenTrial], seed: int) -> str | None:
    """How much each hyperparameter matters, with its spread over resamples of the trials."""
    newest = ranked([trial for trial in trials if not is_baseline(trial)])[-_IMPORTANCE_TRIALS:]
    found = importance(newest, seed=seed)
    if not found:
        return None
    rows = found[::-1]  # plotly draws upwards
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [round(row.share, 3) for row in rows],
        "y": _texts([row.name for row in found])[::-1],
        "marker": {"color": BLUE},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [round(max(0.0, row.high - row.share), 3) for row in rows],
            "arrayminus": [round(max(0.0, row.share - row.low), 3) for row in rows],
            "color": GREY,
        },
    }
    layout = _layout(f"Importance, from {len(newest)} trials", "share (PED-ANOVA; 80 % spread)")
    layout["yaxis"] = {"automargin": True}
    layout["xaxis"]["rangemode"] = "tozero"
    return _json({"data": [bars], "layout": layout})


def _curves(begun: Sequence[FrozenTrial], most: int, points: int) -> str:
    best, base = best_trial(list(begun)), [trial for trial in begun if is_baseline(trial)]
    chosen = {trial.number: trial for trial in begun[-most:]}
    chosen |= {trial.number: trial for trial in base + ([best] if best else [])}
    data, ends = [], []
    for trial in sorted(chosen.values(), key=lambda each: (each is best, each.number)):
        steps = list(trial.intermediate_values)
        if len(steps) > points:
            steps = [steps[i] for i in np.linspace(0, len(steps) - 1, points).round().astype(int)]
        heights = [round(100 * trial.intermediate_values[step], 2) for step in steps]
        if trial.state == TrialState.PRUNED:
            ends.append((steps[-1], heights[-1]))
        data.append({"x": steps, "y": heights, "mode": "lines"} | _style(trial, best))
    if ends:
        data.append(
            {
                "x": [step for step, _ in ends],
                "y": [height for _, height in ends],
                "name": "pruned here",
                "mode": "markers",
                "marker": {"color": GREY, "symbol": "x", "size": 7},
                "hoverinfo": "skip",
            }
        )
    some = "" if len(chosen) == len(begun) else f" ({len(chosen)} of {len(begun):,} trials)"
    return _json({"data": data, "layout": _layout(f"Every trial's curve{some}", "epoch")})


def _style(trial: FrozenTrial, best: FrozenTrial | None) -> dict[str, Any]:
    name = f"trial {trial.number}"
    if is_baseline(trial):
        return {"name": "baseline", "line": {"color": ORANGE, "width": 3, "dash": "dash"}}
    if trial is best:
        return {"name": f"best: {name}", "line": {"color": BLUE, "width": 4}}
    colour, dash = _LINES.get(trial.state, (GREY, "dot"))
    return {"name": name, "line": {"color": colour, "dash": dash, "width": 1}, "showlegend": False}


def _best_so_far(ended: Sequence[FrozenTrial], at: Sequence[int]) -> dict[str, Any]:
    x: list[int] = []
    y: list[float] = []
    for second, trial in zip(at, ended, strict=True):
        height = _last(trial)
        if trial.state != TrialState.COMPLETE or is_baseline(trial) or height is None:
            continue
        if not y or height > y[-1]:
            x.append(second)
            y.append(height)
    if y:
        x.append(max(at))
        y.append(y[-1])
    line = {"color": BLUE, "width": 3, "shape": "hv"}
    return {"x": x, "y": y, "name": "best so far", "mode": "lines", "line": line}


def _texts(names: Sequence[str]) -> list[str]:
    """Names as plotly shows them as they are: it reads text as a kind of HTML. Cut short, but no
    two to the same."""
    found: list[str] = []
    for name in names:
        short = name if len(name) <= _NAME and name not in found else f"{name[: _NAME - 6]}…"
        text, number = short, 2
        while text in found:
            text, number = f"{short} ({number})", number + 1
        found.append(text)
    return [html.escape(text, quote=False) for text in found]


def _last(trial: FrozenTrial) -> float | None:
    if trial.values is not None:
        return round(100 * float(trial.values[0]), 2)
    if trial.state == TrialState.PRUNED and trial.last_step is not None:
        return round(100 * trial.intermediate_values[trial.last_step], 2)
    return None


def _utc(trial: FrozenTrial) -> datetime.datetime:
    assert trial.datetime_complete is not None, "it has ended"
    return trial.datetime_complete.astimezone(datetime.UTC).replace(tzinfo=None)


def _layout(title: str, x: str) -> dict[str, Any]:
    return {
        "title": {"text": title, "font": {"size": 16}, "x": 0.02},
        "xaxis": {"title": {"text": x}, "automargin": True},
        "yaxis": {"title": {"text": "validation accuracy, %"}, "automargin": True},
        "legend": {"orientation": "h", "y": -0.25},
        "margin": {"t": 44, "r": 12, "l": 50, "b": 50},
        "hovermode": "closest",
    }


def _json(figure: dict[str, Any]) -> str:
    return json.dumps(figure, separators=(",", ":"), allow_nan=False)

"""The study's own figures in optuna-dashboard: the report's, as JSON of at most 60 kB each.

The page fetches all of them again at each poll, so they are cut to what fits. Plotly is not
imported: that takes a second, in the process that supervises the study.
"""

import dataclasses
import json
from typing import Any

import numpy as np

from reports.dashboard import accuracy_by_time
from reports.data.study_data import StudyData
from reports.figures.study import curves as learning_curves
from reports.figures.study import importance as study_importance
from reports.rendering.figure import Figure
from reports.rendering.palette import DASHBOARD, with_colours
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord

MAX_BYTES = 60_000
CURVES, SECONDS, IMPORTANCE = "fer-curves", "fer-seconds", "fer-importance"
_SIZES = ((400, 60), (400, 25), (200, 25), (200, 10), (100, 10), (50, 6))
"""Trials, and epochs of each, that the curves show at most: the first that is small enough."""
_NEWEST = 1_000
"""Trials that the accuracies by time show at most."""


def figures(data: StudyData) -> dict[str, str]:
    """The figures by their ids, as plotly's JSON; those without data are left out."""
    drawn = {CURVES: curves(data), SECONDS: seconds(data), IMPORTANCE: importance(data)}
    return {name: figure for name, figure in drawn.items() if figure is not None}


def curves(data: StudyData) -> str | None:
    """The learning curves, of fewer trials and epochs where all of them are too large."""
    study = data.snapshot
    begun = sum(bool(trial.accuracies) for trial in study.trials)
    for most, epochs in _SIZES:
        part = _newest(study, most)
        thinned = tuple(_thinned(trial, epochs) for trial in part.trials)
        part = dataclasses.replace(part, trials=thinned)
        figure = learning_curves.build(StudyData(part))
        some = "" if len(thinned) >= begun else f"<br>{len(thinned)} of {begun:,} trials"
        text = _json(figure, f"{figure.title}{some}")
        if text is None or len(text) <= MAX_BYTES:
            return text
    return None


def seconds(data: StudyData) -> str | None:
    """Accuracies by the time that the study had run, with the newest trials only."""
    figure = accuracy_by_time.build(_newest(data.snapshot, _NEWEST))
    return _json(figure, figure.title)


def importance(data: StudyData) -> str | None:
    """Hyperparameter importance, as in the report and in the note."""
    figure = study_importance.build(data)
    return _json(figure, figure.title)


def _newest(study: Snapshot, most: int) -> Snapshot:
    """The study with its newest trials that have reported an epoch, its best one and its
    baseline."""
    begun = [trial for trial in study.trials if trial.accuracies]
    own = {trial.number for trial in (study.best, study.best_run, study.baseline) if trial}
    shown = begun[-most:] + [trial for trial in begun if {trial.number, trial.group} & own]
    kept = {trial.number: trial for trial in shown}
    return dataclasses.replace(study, trials=tuple(kept[number] for number in sorted(kept)))


def _thinned(trial: TrialRecord, epochs: int) -> TrialRecord:
    """The trial with at most so many of its accuracies, the first and the last among them."""
    steps = list(trial.accuracies)
    if len(steps) <= epochs:
        return trial
    places = np.linspace(0, len(steps) - 1, epochs).round().astype(int)
    kept = {steps[place]: trial.accuracies[steps[place]] for place in places}
    return dataclasses.replace(trial, accuracies=kept)


def _json(figure: Figure, heading: str) -> str | None:
    if not figure.plots:
        return None
    (plot,) = figure.plots
    layout: dict[str, Any] = {
        "margin": {"t": 44 + 20 * heading.count("<br>"), "r": 12, "l": 50, "b": 50},
        "legend": {"orientation": "h", "y": -0.25},
        "hovermode": "closest",
        **plot.layout,
        "title": {"text": heading, "font": {"size": 16}, "x": 0.02},
    }
    for name in ("xaxis", "yaxis"):
        axis = layout.get(name, {})
        title = {"standoff": 8, **axis.get("title", {})}
        layout[name] = {"automargin": True, **axis, "title": title}
    values = with_colours({"data": plot.traces, "layout": layout}, DASHBOARD)
    return json.dumps(values, separators=(",", ":"), allow_nan=False)

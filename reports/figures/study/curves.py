"""Learning curves: validation accuracy by epoch, and where trials were pruned."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from fer.formatting import count, percent
from reports.data.study_data import StudyData
from reports.figures.common import accuracy_axis, best_label, group, missing, whole_numbers
from reports.figures.traces import markers, trial_lines
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.palette import (
    BASELINE,
    BEST,
    COMPLETE,
    FAILED,
    PRUNED,
    REPEATED,
    UNFINISHED,
)
from search.results.baseline import baseline_label, baseline_name
from search.results.roles import RACE_RUN, REPEATED_RUN
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord

TITLE = "Learning curves"
CAPTION = (
    "Each line is a trial: its accuracy on the held-out faces after each epoch (one pass over the "
    "training faces). A cross marks where a trial was pruned, as others were better at the same "
    "epoch. Pruned, failed and unfinished trials have a dash pattern each{}."
)
_REPEATED = ", and so have runs that train the recipe of a trial again"
_STYLES = {
    "pruned": (PRUNED, 1.2, 0.65, "dot"),
    "failed": (FAILED, 1.5, 0.9, "dashdot"),
    "unfinished": (UNFINISHED, 1.5, 0.9, "longdash"),
    REPEATED_RUN: (REPEATED, 1.2, 0.7, "longdashdot"),
    RACE_RUN: (REPEATED, 1.5, 0.8, "5px,2px"),
    "complete": (COMPLETE, 1.5, 0.8, "solid"),
}


def build(data: StudyData) -> Figure:
    """All curves: one trace for each state, however many trials there are."""
    study = data.snapshot
    drawn = [trial for trial in study.trials if trial.accuracies]
    if not drawn:
        return missing("curves", TITLE, "No trial has finished an epoch.")
    highlighted = {t.number for t in (study.best_run, study.baseline) if t}
    traces: list[dict[str, Any]] = []
    for name, (colour, width, opacity, dash) in _STYLES.items():
        chosen = [t for t in drawn if group(t) == name and t.number not in highlighted]
        if chosen:
            line = {"color": colour, "width": width, "dash": dash}
            traces.append(_lines(chosen, name, line) | {"opacity": opacity})
    if pruned := [trial for trial in drawn if group(trial) == "pruned"]:
        traces.append(_crosses(pruned))
    if study.baseline is not None and study.baseline.accuracies:
        line = {"color": BASELINE, "width": 3, "dash": "dash"}
        traces.append(_lines([study.baseline], baseline_label(study.definition), line))
    best = study.best_run
    if best is not None and best.accuracies:
        traces.append(_lines([best], best_label(best), {"color": BEST, "width": 3.5}))
    longest = max(trial.last_epoch for trial in drawn)
    layout = {"xaxis": whole_numbers("epoch", longest), "yaxis": accuracy_axis()}
    rows = (
        (trial.number, epoch, round(float(np.float32(100 * accuracy)) / 100, 6))
        for trial in drawn
        for epoch, accuracy in trial.accuracies.items()
    )
    return Figure(
        "curves",
        TITLE,
        _sentence(study, pruned, longest),
        CAPTION.format(_REPEATED if any(trial.is_further_run for trial in drawn) else ""),
        (Plot(tuple(traces), layout, height=440),),
        data=Table(("trial", "epoch", "validation_accuracy"), tuple(rows)),
        packed=True,
    )


def _lines(trials: Sequence[TrialRecord], name: str, line: dict[str, Any]) -> dict[str, Any]:
    one_short_line = len(trials) == 1 and len(trials[0].accuracies) < 39
    return trial_lines(
        trials,
        lambda trial: [(epoch, 100 * value) for epoch, value in trial.accuracies.items()],
        "int64",
        name=name,
        line=line,
        marker={"size": 5},
        hovertemplate="trial %{customdata}, epoch %{x}: %{y:.2f} %<extra></extra>",
        **({"mode": "lines+markers"} if one_short_line else {}),
    )


def _crosses(pruned: Sequence[TrialRecord]) -> dict[str, Any]:
    return markers(
        pruned,
        [trial.last_epoch for trial in pruned],
        [round(100 * (trial.last_accuracy or 0.0), 2) for trial in pruned],
        "pruned here",
        {"color": PRUNED, "symbol": "x", "size": 8 if len(pruned) < 200 else 4},
        ", pruned after epoch %{x}: %{y:.2f} %",
    )


def _sentence(study: Snapshot, pruned: Sequence[TrialRecord], longest: int) -> str:
    parts = ["No trial was pruned"]
    if pruned:
        epochs = Counter(trial.last_epoch for trial in pruned)
        epoch, most = max(epochs.items(), key=lambda item: (item[1], -item[0]))
        which = "all" if most == len(pruned) else f"{most:,} of them"
        parts = [
            f"{count(len(pruned), 'trial was', 'trials were')} pruned, {which} after epoch {epoch}"
        ]
    best, baseline = study.best, study.baseline
    # A curve is of one run, and no mean.
    several = study.definition.objective.runs > 1 or study.definition.rounds is not None
    if best is not None and baseline is not None and best.accuracies and not several:
        target = f"the final {percent(baseline.accuracy)} of {baseline_name(study.definition)}"
        passed = [e for e, accuracy in best.accuracies.items() if accuracy > baseline.accuracy]
        parts.append(
            f"the best trial exceeded {target} at epoch {passed[0]} of {longest}"
            if passed
            else f"the best trial never exceeded {target}"
        )
    return "; ".join(parts) + "."

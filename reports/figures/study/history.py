"""Optimisation history: the accuracy of each trial in the order of their start."""

from typing import Any

from fer.formatting import count, percent, points
from reports.data.study_data import StudyData
from reports.figures.common import (
    RUG,
    accuracy_axis,
    missing,
    state,
    trials_caption,
    whole_numbers,
)
from reports.figures.traces import best_so_far, level, markers
from reports.rendering.figure import Cell, Figure, Plot, Table
from reports.rendering.palette import BASELINE, BEST, COMPLETE, FAILED, PRUNED, PUBLISHED
from search.results.baseline import baseline_label
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord

TITLE = "Optimisation history"
CAPTION = (
    "Each dot is a trial that ran to its end, the line is the best accuracy so far. The crosses at "
    "the bottom are trials that were pruned (stopped early, as they fell behind), the triangles "
    "trials that failed."
)


def build(data: StudyData) -> Figure:
    """Accuracy by trial number, with the baseline and the published result."""
    study = data.snapshot
    if not study.searched:
        return missing("history", TITLE, "No trial of the search space has started.")
    complete = sorted(study.complete, key=lambda trial: trial.number)
    shown = [trial for trial in study.recipes if not trial.is_further_run]
    last = max(trial.number for trial in shown)
    ends = (0, max(last, 1))
    traces = [*_accuracies(complete, ends[1]), *_without_accuracy(study)]
    if study.baseline is not None:
        traces.append(
            level(ends, study.baseline.accuracy, baseline_label(study.definition), BASELINE, "dash")
        )
    if data.verdict.published is not None:
        published = data.verdict.published
        traces.append(level(ends, published, "published (test)", PUBLISHED, "dot"))
    layout = {
        "xaxis": whole_numbers("trial", last) | {"anchor": "y2"},
        "yaxis": accuracy_axis() | {"domain": [0.12, 1]},
        "yaxis2": RUG,
    }
    return Figure(
        "history",
        TITLE,
        _sentence(study, complete),
        CAPTION + trials_caption(study.definition),
        (Plot(tuple(traces), layout),),
        data=Table(
            ("trial", "role", "state", "validation_accuracy", "epochs"),
            tuple(_row(trial) for trial in shown),
        ),
    )


def _accuracies(complete: list[TrialRecord], last: int) -> list[dict[str, Any]]:
    if not complete:
        return []
    numbers = [trial.number for trial in complete]
    heights = [round(100 * trial.accuracy, 3) for trial in complete]
    best = best_so_far(heights)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [*numbers, last],
            "y": [*best, best[-1]],
            "name": "best so far",
            "line": {"color": BEST, "width": 3, "shape": "hv"},
            "hoverinfo": "skip",
        },
        markers(
            complete,
            numbers,
            heights,
            "complete",
            {"color": COMPLETE, "size": 9 if len(complete) < 200 else 5},
            ": %{y:.2f} %",
        ),
    ]


def _without_accuracy(study: Snapshot) -> list[dict[str, Any]]:
    return [
        markers(
            trials,
            [trial.number for trial in trials],
            [0] * len(trials),
            name,
            {"color": colour, "symbol": symbol, "size": 8 if len(trials) < 200 else 5},
            f": {name}",
        )
        | {"yaxis": "y2"}
        for name, trials, colour, symbol in (
            ("pruned", study.pruned, PRUNED, "x"),
            ("failed", study.failed, FAILED, "triangle-up"),
        )
        if trials
    ]


def _row(trial: TrialRecord) -> tuple[Cell, ...]:
    accuracy = trial.value if state(trial) == "complete" else None
    return trial.number, trial.role, state(trial), accuracy, len(trial.accuracies)


def _sentence(study: Snapshot, complete: list[TrialRecord]) -> str:
    best = study.complete[0] if study.complete else None  # with rounds, that of the screen
    if best is None:
        return "No trial has run to its end, so only pruned and failed trials are marked."
    later = [trial for trial in study.searched if trial.number > best.number]
    ended = sum(trial.state.finished for trial in later)
    if ended:
        tail = f"{count(ended, 'later trial')} did not improve on it"
    else:
        tail = "no later trial has ended yet" if later else "it was the last trial"
    first = complete[0]
    gain = (
        f", {points(best.accuracy - first.accuracy)} over the first (trial {first.number})"
        if first is not best
        else ""
    )
    return (
        f"{len(complete):,} of {count(len(study.searched), 'searched trial')} ran to the end. The "
        f"best, trial {best.number}, reached {percent(best.accuracy)}{gain}; {tail}."
    )

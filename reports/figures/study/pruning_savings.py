"""Pruning savings: the epochs that pruned trials did not train, and the time this saved."""

from typing import Any

from fer.formatting import count, duration
from reports.data.study_data import StudyData
from reports.figures.common import missing, whole_numbers
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.palette import BLUE, FAINT, SOFT
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord

TITLE = "Epochs saved by pruning"
CAPTION = (
    "For each epoch, the blue part of the bar counts the trials that trained it, the hatched part "
    "the trials that had been pruned before it. The hatched area is the training that was saved."
)


def build(data: StudyData) -> Figure:
    """For each epoch, how many trials trained it, and how many had been pruned."""
    study = data.snapshot
    ended = [*study.complete, *study.pruned]
    longest = max((_planned(trial) for trial in ended), default=0)
    if not longest:
        return missing("pruning-savings", TITLE, "No trial has ended yet.")
    epochs = list(range(1, longest + 1))
    trained = [sum(len(t.accuracies) >= epoch for t in ended) for epoch in epochs]
    saved = [
        sum(len(t.accuracies) < epoch <= _planned(t) for t in study.pruned) for epoch in epochs
    ]
    traces: tuple[dict[str, Any], ...] = (
        {"type": "bar", "x": epochs, "y": trained, "name": "trained", "marker": {"color": BLUE},
         "hovertemplate": "epoch %{x}: trials that trained it: %{y}<extra></extra>"},
        {"type": "bar", "x": epochs, "y": saved, "name": "saved by pruning",
         "marker": {"color": FAINT, "pattern": {"shape": "/", "fgcolor": SOFT, "size": 6,
                                                "solidity": 0.25}},
         "hovertemplate": "epoch %{x}: trials that it was saved for: %{y}<extra></extra>"},
    )  # fmt: skip
    layout = {
        "barmode": "stack",
        "legend": {"traceorder": "normal"},
        "bargap": 0.1 if longest <= 30 else 0,
        "xaxis": whole_numbers("epoch", longest),
        "yaxis": {"title": {"text": "trials"}, "tickformat": ",d"},
    }
    return Figure(
        "pruning-savings",
        TITLE,
        _sentence(study, sum(trained), sum(saved)) + _only_first_runs(study),
        CAPTION,
        (Plot(traces if sum(saved) else traces[:1], layout, height=320),),
        data=Table(("epoch", "trained", "saved"), tuple(zip(epochs, trained, saved, strict=True))),
    )


def seconds_saved(study: Snapshot) -> float:
    """The seconds that the saved epochs would have taken, each at the pace of its own trial."""
    return sum(
        (_planned(trial) - len(trial.accuracies)) * (trial.seconds or 0.0) / len(trial.accuracies)
        for trial in study.pruned
        if trial.accuracies
    )


def _only_first_runs(study: Snapshot) -> str:
    if study.definition.objective.runs == 1:
        return ""
    stopped = sum(bool(trial.stopped) for trial in study.pruned)
    return (
        " Only the first run of each recipe is counted; "
        f"{count(stopped, 'recipe was', 'recipes were')} stopped between two runs."
    )


def _planned(trial: TrialRecord) -> int:
    return trial.epochs_planned or len(trial.accuracies)


def _sentence(study: Snapshot, trained: int, saved: int) -> str:
    if not saved:
        return f"No epochs were saved: all {count(trained, 'epoch')} of these trials were trained."
    planned = trained + saved
    seconds = seconds_saved(study)
    time = (
        f", about {duration(seconds)} of training"
        if seconds
        else "; the time that this saved is not known"
    )
    return (
        f"Pruning saved {saved:,} of {count(planned, 'epoch')} "
        f"({100 * saved / planned:.0f}\u00a0%){time}."
    )

"""Pruning savings: the epochs that pruned trials did not train, and the time this saved."""

from typing import Any

from fer.formatting import count, duration
from reports.data.study_data import StudyData
from reports.figures.common import missing, whole_numbers
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.palette import BLUE, FAINT, SOFT
from search.results.audit_text import audit_paragraph
from search.results.snapshot import Snapshot
from search.results.study_audit import planned_epochs, saved_by_stopping

TITLE = "Epochs saved by pruning"
CAPTION = (
    "For each epoch, the blue part of the bar counts the trials that trained it, the hatched part "
    "the trials that had been pruned before it. The hatched area is the training that was saved."
)


def build(data: StudyData) -> Figure:
    """For each epoch, how many trials trained it, and how many had been pruned."""
    study = data.snapshot
    ended = [*study.complete, *study.pruned]
    longest = max((planned_epochs(trial) for trial in ended), default=0)
    if not longest:
        return missing("pruning-savings", TITLE, "No trial has ended yet.")
    epochs = list(range(1, longest + 1))
    trained = [sum(len(t.accuracies) >= epoch for t in ended) for epoch in epochs]
    saved = [
        sum(len(t.accuracies) < epoch <= planned_epochs(t) for t in study.pruned)
        for epoch in epochs
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
        _sentence(study, sum(trained), sum(saved)) + _only_first_runs(study) + _audit(data),
        CAPTION,
        (Plot(traces if sum(saved) else traces[:1], layout, height=320),),
        data=Table(("epoch", "trained", "saved"), tuple(zip(epochs, trained, saved, strict=True))),
    )


def _only_first_runs(study: Snapshot) -> str:
    if study.definition.objective.runs == 1:
        return ""
    stopped = sum(bool(trial.stopped) for trial in study.pruned)
    return (
        " Only the first run of each recipe is counted; "
        f"{count(stopped, 'recipe was', 'recipes were')} stopped between two runs."
    )


def _audit(data: StudyData) -> str:
    paragraph = audit_paragraph(data.audit)
    return f" {paragraph}" if paragraph else ""


def _sentence(study: Snapshot, trained: int, saved: int) -> str:
    if not saved:
        return f"No epochs were saved: all {count(trained, 'epoch')} of these trials were trained."
    planned = trained + saved
    seconds = saved_by_stopping(study.pruned).seconds
    time = (
        f", about {duration(seconds)} of training"
        if seconds
        else "; the time that this saved is not known"
    )
    return (
        f"Pruning saved {saved:,} of {count(planned, 'epoch')} "
        f"({100 * saved / planned:.0f}\u00a0%){time}."
    )

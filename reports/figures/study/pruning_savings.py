"""What pruning saved: epochs that were not trained, and the time that they would have taken."""

from typing import Any

from reports.data.study_data import Material, epochs_asked, seconds_of
from reports.figures.common import missing, whole_numbers
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import count, duration
from reports.rendering.palette import BLUE, FAINT, SOFT

TITLE = "What pruning saved"


def saved(material: Material) -> Figure:
    """For each epoch, how many trials trained it, and how many were spared it."""
    ended = [*material.complete, *material.pruned]
    longest = max((epochs_asked(trial) for trial in ended), default=0)
    if not ended or not longest:
        return missing("saved", TITLE, "No trial has ended, so nothing was saved yet.")
    epochs = list(range(1, longest + 1))
    trained = [sum(len(t.intermediate_values) >= epoch for t in ended) for epoch in epochs]
    spared = [
        sum(len(t.intermediate_values) < epoch <= epochs_asked(t) for t in material.pruned)
        for epoch in epochs
    ]
    traces: tuple[dict[str, Any], ...] = (
        {"type": "bar", "x": epochs, "y": trained, "name": "trained", "marker": {"color": BLUE},
         "hovertemplate": "epoch %{x}: %{y} trials trained it<extra></extra>"},
        {"type": "bar", "x": epochs, "y": spared, "name": "spared by pruning",
         "marker": {"color": FAINT, "pattern": {"shape": "/", "fgcolor": SOFT, "size": 6,
                                                "solidity": 0.25}},
         "hovertemplate": "epoch %{x}: %{y} trials were spared it<extra></extra>"},
    )  # fmt: skip
    layout = {
        "barmode": "stack",
        "legend": {"traceorder": "normal"},
        "bargap": 0.1 if longest <= 30 else 0,
        "xaxis": whole_numbers("epoch", longest),
        "yaxis": {"title": {"text": "trials"}, "tickformat": ",d"},
    }
    return Figure(
        "saved",
        TITLE,
        _sentence(material, sum(trained), sum(spared)),
        "The blue part of a column counts the trials that trained this epoch, the hatched part "
        "those that had been stopped before it. The hatched area is the work that was saved.",
        (Plot(traces if sum(spared) else traces[:1], layout, height=320),),
        data=Table(
            ("epoch", "trained", "spared"), tuple(zip(epochs, trained, spared, strict=True))
        ),
    )


def seconds_saved(material: Material) -> float:
    """What the epochs that pruned trials were spared would have taken, each at its own pace."""
    total = 0.0
    for trial in material.pruned:
        done = len(trial.intermediate_values)
        if done:
            total += (epochs_asked(trial) - done) * seconds_of(trial) / done
    return total


def _sentence(material: Material, trained: int, spared: int) -> str:
    if not spared:
        return f"Nothing: all {count(trained, 'epoch')} that the trials asked for were trained."
    whole = trained + spared
    time = seconds_saved(material)
    hours = (
        f", about {duration(time)} of training at each trial's own pace"
        if time
        else "; how long they would have taken is not known"
    )
    return (
        f"Pruning spared {spared:,} of {count(whole, 'epoch')} "
        f"({100 * spared / whole:.0f}\u00a0%){hours}."
    )

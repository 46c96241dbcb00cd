"""Training curves: loss, accuracy and learning rate of each run, by epoch."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from fer.formatting import count, percent
from fer.history import COLUMNS, Epoch
from reports.data.study_data import StudyData
from reports.figures.common import accuracy_axis, best_label, group, missing, state, whole_numbers
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import listing
from reports.rendering.palette import (
    BASELINE,
    BEST,
    COMPLETE,
    FAILED,
    INK,
    PAPER,
    PRUNED,
    REPEATED,
    SOFT,
    UNFINISHED,
)
from reports.rendering.typed_array import typed_array
from search.results.baseline import baseline_label
from search.results.histories import Histories
from search.results.roles import RACE_RUN, REPEATED_RUN
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord

TITLE = "Loss, accuracy and learning rate"
CAPTION = (
    "Solid lines are of the held-out faces (validation), dotted lines of the training faces. Those "
    "are means over the epoch's batches, with augmentation, dropout and label smoothing where the "
    "recipe has them, while validation follows at the epoch's end without: so validation may look "
    "better than training. A validation loss that rises while the training loss falls is "
    "overfitting. The learning rate is that of the epoch's last step. The list chooses a run, and "
    "a click on the legend hides a group."
)
MOST_RUNS, MOST_EPOCHS = 40, 1_500
"""That are drawn, of all runs together: more are a felt on the plot and megabytes on the page."""
_COLOURS = {
    "complete": COMPLETE,
    "pruned": PRUNED,
    "failed": FAILED,
    "unfinished": UNFINISHED,
    REPEATED_RUN: REPEATED,
    RACE_RUN: REPEATED,
}
_Line = tuple[str, str, str, Callable[[Epoch], float | None], str]
"""A curve of a run: its name, y axis and dash, its value at an epoch, and how the value is
shown."""
_LINES: tuple[_Line, ...] = (
    ("training loss", "y", "dot", lambda epoch: epoch.train_loss, "%{y:.4f}"),
    ("validation loss", "y", "solid", lambda epoch: epoch.validation_loss, "%{y:.4f}"),
    ("training accuracy", "y2", "dot", lambda epoch: _percent(epoch.train_accuracy), "%{y:.2f} %"),
    ("validation accuracy", "y2", "solid", lambda epoch: _percent(epoch.validation_accuracy),
     "%{y:.2f} %"),
    ("learning rate", "y3", "solid", lambda epoch: epoch.learning_rate, "%{y:.3~g}"),
)  # fmt: skip


def build(data: StudyData) -> Figure:
    """Three plots under one another, with one legend and one list of runs."""
    study, histories = data.snapshot, data.histories
    if not histories.by_trial:
        return missing("training", TITLE, _nothing(study, histories))
    drawn = _drawn(study, histories)
    traces: list[dict[str, Any]] = []
    owners: list[int] = []
    legend: set[str] = set()  # a group's sample is the solid line that each run has
    for trial in reversed(drawn):  # the best and the baseline above the others
        for trace in _traces(study, trial, histories.by_trial[trial.number]):
            first = trace["yaxis"] == "y3" and trace["legendgroup"] not in legend
            legend |= {trace["legendgroup"]} if first else set()
            traces.append(trace | {"showlegend": first})
            owners.append(trial.number)
    longest = max(len(histories.by_trial[trial.number]) for trial in drawn)
    rows = (
        (trial.number, state(trial), *(_short(getattr(epoch, column)) for column in COLUMNS))
        for trial in sorted(drawn, key=lambda trial: trial.number)
        for epoch in histories.by_trial[trial.number]
    )
    epochs = [epoch for trial in drawn for epoch in histories.by_trial[trial.number]]
    layout = _layout(longest, epochs) | _list_of_runs(study, drawn, owners)
    return Figure(
        "training",
        TITLE,
        " ".join(_sentences(study, histories, drawn)),
        CAPTION,
        (Plot(tuple(traces), layout, height=760),),
        data=Table(("trial", "state", "epoch", *COLUMNS[1:]), tuple(rows)),
    )


def _short(value: float | None) -> float | None:
    """Six digits: all 17 would double the page's largest table."""
    return value if value is None or isinstance(value, int) else float(f"{value:.6g}")


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _drawn(study: Snapshot, histories: Histories) -> list[TrialRecord]:
    """The best trial and the baseline, the other complete ones, the best first, then the rest."""
    rest = sorted(study.trials, key=lambda t: (t.state.finished, -len(t.accuracies), -t.number))
    first = [trial for trial in (study.best_run, study.baseline) if trial]
    ordered = {trial.number: trial for trial in (*first, *study.complete, *rest)}
    known = [trial for trial in ordered.values() if trial.number in histories.by_trial]
    longest = max(len(histories.by_trial[trial.number]) for trial in known)
    return known[: max(2, min(MOST_RUNS, MOST_EPOCHS // longest))]


def _traces(
    study: Snapshot, trial: TrialRecord, epochs: Sequence[Epoch]
) -> Iterable[dict[str, Any]]:
    legend, colour, width, opacity = _style(study, trial)
    for name, axis, dash, value, shown in _LINES:
        points = [(e.number, y) for e in epochs if (y := value(e)) is not None]
        if points:
            yield {
                "type": "scatter",
                "mode": "lines+markers" if len(points) == 1 else "lines",
                "x": typed_array(np.array([x for x, _ in points])),
                "y": typed_array(np.array([y for _, y in points], np.float32)),
                "yaxis": axis,
                "name": legend,
                "legendgroup": legend,
                "line": {"color": colour, "width": width, "dash": dash},
                "opacity": opacity,
                "hovertemplate": f"trial {trial.number}, epoch %{{x}}: {name} {shown}"
                "<extra></extra>",
            }


def _style(study: Snapshot, trial: TrialRecord) -> tuple[str, str, float, float]:
    """Legend, colour, width and opacity of a run."""
    if trial is study.best_run:
        return best_label(trial), BEST, 3, 1
    if trial.is_baseline:
        return baseline_label(study.definition), BASELINE, 2.5, 1
    return group(trial), _COLOURS[group(trial)], 1, 0.6


def _layout(longest: int, epochs: Sequence[Epoch]) -> dict[str, Any]:
    return {
        "xaxis": whole_numbers("epoch", longest) | {"anchor": "y3"},
        "yaxis": {"title": {"text": "loss"}, "domain": [0.68, 1], **_loss_range(epochs)},
        "yaxis2": accuracy_axis("accuracy") | {"domain": [0.32, 0.64]},
        "yaxis3": {"title": {"text": "learning rate"}, "domain": [0, 0.26], "rangemode": "tozero",
                   "exponentformat": "none", "nticks": 5},
        "annotations": [
            {"text": "solid: validation, dotted: training", "x": 1, "xref": "paper", "y": 1,
             "yref": "paper", "xanchor": "right", "yanchor": "top", "showarrow": False,
             "font": {"size": 12, "color": INK}, "bgcolor": PAPER},
        ],
    }  # fmt: skip


def _loss_range(epochs: Sequence[Epoch]) -> dict[str, Any]:
    """The range of the losses; without those of runs that diverged, which would flatten the
    others."""
    losses = np.array([x for e in epochs for x in (e.train_loss, e.validation_loss) if x])
    if not losses.size or losses.max() <= (most := 3 * float(np.median(losses))):
        return {"rangemode": "tozero"}
    return {"range": [0, round(most, 3)]}


def _list_of_runs(
    study: Snapshot, drawn: Sequence[TrialRecord], owners: Sequence[int]
) -> dict[str, Any]:
    """A list that shows all runs, or one beside the best and the baseline."""
    kept = {trial.number for trial in (study.best_run, study.baseline) if trial}
    others = {trial.number for trial in drawn} - kept
    if not others:
        return {}
    choices = {"all runs": others | kept}
    if kept & set(owners):
        choices["best and baseline"] = kept
    choices |= {
        f"trial {trial.number}, {group(trial)}": {trial.number, *kept}
        for trial in sorted(drawn, key=lambda trial: trial.number)
        if trial.number not in kept
    }
    styles = {trial.number: _style(study, trial)[2:] for trial in drawn}
    buttons = [
        {"label": label, "method": "restyle", "args": [_restyled(owners, shown, styles)]}
        for label, shown in choices.items()
    ]
    return {
        "updatemenus": [
            {"type": "dropdown", "buttons": buttons, "x": 0, "xanchor": "left", "y": 1.02,
             "yanchor": "bottom", "bgcolor": PAPER, "bordercolor": SOFT, "pad": {"b": 2},
             "font": {"color": INK, "size": 12}},
        ],
        "legend": {"y": 1.09},
        "margin": {"t": 40},
    }  # fmt: skip


def _restyled(
    owners: Sequence[int], shown: set[int], styles: Mapping[int, tuple[float, float]]
) -> dict[str, list[Any]]:
    """Visibility, width and opacity of each trace; a run that was chosen alone is no thin line."""
    few = len(shown) <= 3
    restyled = [(max(2.0, styles[n][0]), 1) if few else styles[n] for n in owners]
    return {
        "visible": [owner in shown for owner in owners],
        "line.width": [width for width, _ in restyled],
        "opacity": [opacity for _, opacity in restyled],
    }


def _sentences(
    study: Snapshot, histories: Histories, drawn: Sequence[TrialRecord]
) -> Iterable[str]:
    baseline = baseline_label(study.definition)
    for name, trial in (("best trial", study.best_run), (baseline, study.baseline)):
        if trial and trial.number in histories.by_trial:
            yield _of_run(name, histories.by_trial[trial.number])
    if len(drawn) < len(histories.by_trial):
        yield (
            f"{len(drawn)} of {len(histories.by_trial):,} runs are drawn: the complete ones with "
            "the highest accuracy first."
        )
    if histories.problems:
        total = len(histories.by_trial) + len(histories.problems)
        yield f"Not drawn: {_problems(histories)} of {count(total, 'trial')} with an epoch."
    if study.best is None and len(drawn) == len(histories.by_trial) and not histories.problems:
        yield f"No trial has run to its end; {count(len(drawn), 'run')} began."


def _of_run(name: str, epochs: Sequence[Epoch]) -> str:
    last = epochs[-1]
    accuracy = f"accuracy {percent(last.train_accuracy)} in training"
    if last.validation_loss is None or last.validation_accuracy is None:
        return f"The {name} ended with a training loss of {last.train_loss:.3f} and {accuracy}."
    validated = [(e.validation_loss, e.number) for e in epochs if e.validation_loss is not None]
    lowest, at = min(validated)
    where = (
        "which was its lowest"
        if at == last.number
        else f"which was lowest, {lowest:.3f}, at epoch {at} of {last.number}"
    )
    return (
        f"The {name} ended with {accuracy} and {percent(last.validation_accuracy)} in validation, "
        f"and a loss of {last.train_loss:.3f} in training and {last.validation_loss:.3f} in "
        f"validation, {where}."
    )


def _nothing(study: Snapshot, histories: Histories) -> str:
    if not any(trial.accuracies for trial in study.trials):
        return "No trial has finished an epoch."
    return (
        "Each run folder holds these values in history.csv, and none was read: "
        f"{_problems(histories)}. Give the folder of the run folders with --runs."
        if histories.problems
        else "Each run folder holds these values in history.csv, and no run folder was read."
    )


def _problems(histories: Histories) -> str:
    """``2 trials (the run folder is not here) and 1 trial (history.csv is damaged)``."""
    reasons = Counter(histories.problems.values())
    return listing([f"{count(n, 'trial')} ({reason})" for reason, n in reasons.items()])

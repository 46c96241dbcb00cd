"""Slice plot: accuracy by each hyperparameter alone."""

from collections.abc import Sequence
from typing import Any

from scipy.stats import spearmanr

from fer.formatting import count, signed
from reports.data.study_data import StudyData
from reports.figures.common import RUG, accuracy_axis, missing, trials_caption
from reports.figures.scale import Scale, scales
from reports.figures.traces import markers
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import listing, value
from reports.rendering.palette import BEST, COMPLETE, PRUNED
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord

TITLE = "Accuracy by hyperparameter"
CAPTION = (
    "A slice plot for each hyperparameter, the most important first. Each dot is a trial that ran "
    "to its end, the ring marks the best. Pruned trials are the crosses at the bottom, without an "
    "accuracy, as theirs is of an earlier epoch. The other hyperparameters vary too, so a cloud "
    "without a slope does not prove that a hyperparameter has no effect."
)
MIN_TRIALS = 5
"""Complete trials below which no trend is tested."""


def build(data: StudyData) -> Figure:
    """A small plot for each hyperparameter."""
    study = data.snapshot
    if not study.complete:
        return missing("slices", TITLE, "No trial has run to its end.")
    known = scales(study.definition)
    names = list(dict.fromkeys((*data.most_important, *known)))
    names = [name for name in names if any(name in trial.params for trial in study.complete)]
    if not names:
        return missing("slices", TITLE, "The complete trials have no hyperparameters.")
    rows = (
        (trial.number, str(trial.state), trial.last_accuracy, *map(trial.params.get, names))
        for trial in (*study.complete, *study.pruned)
    )
    return Figure(
        "slices",
        TITLE,
        _sentence(study, [known[name] for name in names]),
        CAPTION + trials_caption(study.definition),
        tuple(_plot(study, known[name]) for name in names),
        data=Table(("trial", "state", "last_accuracy", *names), tuple(rows)),
    )


def _plot(study: Snapshot, scale: Scale) -> Plot:
    complete = [trial for trial in study.complete if scale.name in trial.params]
    pruned = [trial for trial in study.pruned if scale.name in trial.params]
    best = [trial for trial in complete if trial is study.complete[0]]
    traces = []
    if pruned:
        cross = {"color": PRUNED, "symbol": "x-thin-open", "size": 6}
        x = [scale.shown(trial.params[scale.name]) for trial in pruned]
        trace = markers(pruned, x, [0] * len(pruned), "pruned", cross, ", pruned: %{x}")
        traces.append(trace | {"yaxis": "y2"})
    dot: dict[str, Any] = {"color": COMPLETE, "size": 8 if len(complete) < 200 else 5}
    traces.append(_accuracies(complete, scale, "complete", dot))
    ring = {"symbol": "circle-open", "size": 15, "color": BEST, "line": {"color": BEST, "width": 3}}
    traces.append(_accuracies(best, scale, "best", ring))
    layout = {
        "showlegend": False,
        "margin": {"l": 44, "r": 10, "t": 8, "b": 40},
        "xaxis": scale.axis() | {"anchor": "y2"},
        "yaxis": accuracy_axis("") | {"domain": [0.14, 1], "nticks": 5},
        "yaxis2": RUG | {"domain": [0, 0.09]},
    }
    return Plot(tuple(traces), layout, height=260, name=scale.name)


def _accuracies(
    trials: Sequence[TrialRecord], scale: Scale, name: str, marker: dict[str, Any]
) -> dict[str, Any]:
    x = [scale.shown(trial.params[scale.name]) for trial in trials]
    y = [round(100 * trial.accuracy, 3) for trial in trials]
    return markers(trials, x, y, name, marker, ": %{y:.2f} % at %{x}")


def _sentence(study: Snapshot, known: Sequence[Scale]) -> str:
    best = study.complete[0]
    values = [f"{s.name} {value(best.params[s.name])}" for s in known if s.name in best.params]
    lead = f"The best trial has {listing(values)}."
    if len(study.complete) < MIN_TRIALS:
        return (
            f"{lead} {count(len(study.complete), 'complete searched trial')}: too few for a trend."
        )
    trends = [trend for scale in known if (trend := _trend(study, scale))]
    if not trends:
        return f"{lead} No hyperparameter alone shows a clear trend."
    return f"{lead} Accuracy {' and '.join(trends)}."


def _trend(study: Snapshot, scale: Scale) -> str | None:
    pairs = [
        (float(trial.params[scale.name]), trial.accuracy)
        for trial in study.complete
        if scale.name in trial.params and not scale.choices
    ]
    if len({x for x, _ in pairs}) < MIN_TRIALS or len({y for _, y in pairs}) < 2:
        return None
    test = spearmanr([x for x, _ in pairs], [y for _, y in pairs])
    rho, p = float(test.statistic), float(test.pvalue)
    if p >= 0.05:
        return None
    direction = "increases" if rho > 0 else "decreases"
    return f"{direction} with {scale.name} (Spearman's ρ = {signed(rho, 2)}, p = {p:.2g})"

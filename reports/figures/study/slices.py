"""Accuracy against each setting alone."""

from collections.abc import Sequence
from typing import Any

from optuna.trial import FrozenTrial
from scipy.stats import spearmanr

from reports.data.study_data import Material, last_accuracy
from reports.figures.common import accuracy_axis, missing
from reports.figures.study.scale import Scale, scales
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import count, listing, value
from reports.rendering.palette import BEST, COMPLETE, PRUNED

TITLE = "Accuracy against each setting"
ENOUGH = 5
"""Complete trials from which on a trend is spoken of."""


def slices(material: Material, order: Sequence[str] = ()) -> Figure:
    """One small plot a setting, the important ones first."""
    if not material.complete:
        return missing("slices", TITLE, "No trial ran to its end, so there is nothing to compare.")
    known = scales(material.definition)
    names = [*order, *(name for name in known if name not in order)]
    names = [name for name in names if any(name in trial.params for trial in material.complete)]
    if not names:
        return missing("slices", TITLE, "The complete trials have no settings of their own.")
    plots = tuple(_plot(material, known[name]) for name in names)
    rows = tuple(
        (trial.number, trial.state.name.lower(), last_accuracy(trial), *(
            trial.params.get(name) for name in names
        ))
        for trial in (*material.complete, *material.pruned)
    )  # fmt: skip
    return Figure(
        "slices",
        TITLE,
        _sentence(material, [known[name] for name in names]),
        "Each dot is a trial that ran to its end; the ring is the best. Faint crosses are pruned "
        "trials, drawn at the bottom: their accuracies are of earlier epochs. Other settings vary "
        "too, so a cloud without a slope does not prove that a setting has no effect.",
        plots,
        data=Table(("trial", "state", "last_accuracy", *names), rows),
    )


def _plot(material: Material, scale: Scale) -> Plot:
    done = [trial for trial in material.complete if scale.name in trial.params]
    cut = [trial for trial in material.pruned if scale.name in trial.params]
    traces = []
    if cut:
        traces.append(
            _dots(cut, scale, "pruned", {"color": PRUNED, "symbol": "x-thin-open", "size": 6})
            | {"y": [0] * len(cut), "yaxis": "y2",
               "hovertemplate": "trial %{customdata}, pruned: %{x}<extra></extra>"}
        )  # fmt: skip
    marker: dict[str, Any] = {"color": COMPLETE, "size": 8 if len(done) < 200 else 5}
    traces.append(_dots(done, scale, "complete", marker))
    best = [trial for trial in done if trial is material.best]
    ring = {"symbol": "circle-open", "size": 15, "color": BEST, "line": {"color": BEST, "width": 3}}
    traces.append(_dots(best, scale, "best", ring))
    layout = {
        "showlegend": False,
        "margin": {"l": 44, "r": 10, "t": 8, "b": 40},
        "xaxis": scale.axis() | {"anchor": "y2"},
        "yaxis": accuracy_axis("") | {"domain": [0.14, 1], "nticks": 5},
        "yaxis2": {"domain": [0, 0.09], "showticklabels": False, "showgrid": False,
                   "range": [-1, 1], "fixedrange": True, "zeroline": False},
    }  # fmt: skip
    return Plot(tuple(traces), layout, height=260, name=scale.name)


def _dots(
    trials: Sequence[FrozenTrial], scale: Scale, name: str, marker: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [scale.shown(trial.params[scale.name]) for trial in trials],
        "y": [round(100 * (last_accuracy(t) or 0.0), 3) for t in trials],
        "customdata": [trial.number for trial in trials],
        "name": name,
        "marker": marker,
        "hovertemplate": "trial %{customdata}: %{y:.2f} % at %{x}<extra></extra>",
    }


def _sentence(material: Material, known: Sequence[Scale]) -> str:
    best = material.best
    assert best is not None, "there are complete trials"
    chosen = [f"{s.name} {value(best.params[s.name])}" for s in known if s.name in best.params]
    lead = f"The best trial has {listing(chosen)}."
    if len(material.complete) < ENOUGH:
        return f"{lead} {count(len(material.complete), 'complete trial')}: too few for a trend."
    trends = [trend for scale in known if (trend := _trend(material, scale))]
    if not trends:
        return f"{lead} No setting alone shows a clear trend."
    return f"{lead} {'; '.join(trends)}."


def _trend(material: Material, scale: Scale) -> str | None:
    pairs = [
        (float(trial.params[scale.name]), trial.values[0])
        for trial in material.complete
        if scale.name in trial.params and not scale.choices
    ]
    if len({x for x, _ in pairs}) < ENOUGH or len({y for _, y in pairs}) < 2:
        return None
    test = spearmanr([x for x, _ in pairs], [y for _, y in pairs])
    rho, p = float(test.statistic), float(test.pvalue)
    if p >= 0.05:
        return None
    better = "higher" if rho > 0 else "lower"
    return f"{scale.name} did better {better} (rank correlation {rho:+.2f}, p = {p:.2g})"

"""Accuracy over the two settings that matter most, as a map."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from optuna.trial import FrozenTrial

from reports.data.study_data import Material, last_accuracy
from reports.figures.common import missing, state
from reports.figures.study.scale import Scale, scales
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import count, percent, value
from reports.rendering.palette import BEST, COMPLETE, INK, PRUNED, SOFT

TITLE = "The two settings that matter most"
ENOUGH = 10
"""Complete trials from which on a surface is drawn."""
STEPS = 40
BANDWIDTH = 0.12
"""Of the kernel, as a share of an axis."""
THIN = 0.15
"""Kernel mass, in trials, below which the map stays blank: nothing was tried there."""


def contour(material: Material, order: Sequence[str]) -> Figure:
    """A map of the smoothed accuracy, with the trials on it."""
    known = scales(material.definition)
    names = [name for name in (*order, *known) if name in known]
    names = list(dict.fromkeys(names))[:2]
    done = [t for t in material.complete if all(name in t.params for name in names)]
    if len(names) < 2:
        return missing("contour", TITLE, "The study searched fewer than two settings.")
    if not done:
        return missing("contour", TITLE, "No complete trial has both settings.")
    # A choice is best read down the side.
    one, other = sorted((known[names[0]], known[names[1]]), key=lambda scale: bool(scale.choices))
    cut = [t for t in material.pruned if all(name in t.params for name in names)]
    traces = []
    if len(done) >= ENOUGH:
        traces.append(_surface(done, one, other))
    if cut:
        marker: dict[str, Any] = {"color": PRUNED, "symbol": "x", "size": 6}
        traces.append(_dots(cut, one, other, "pruned", marker, "pruned"))
    heights = [round(100 * trial.values[0], 2) for trial in done]
    marker = {"color": heights, "colorscale": "Cividis", "size": 10,
              "line": {"color": SOFT, "width": 1.5}}  # fmt: skip
    if len(set(heights)) == 1:
        marker["color"] = COMPLETE
    elif len(done) < ENOUGH:
        marker["colorbar"] = _bar()
    traces.append(_dots(done, one, other, "complete", marker, "%{marker.color:.2f} %"))
    ring = {"symbol": "circle-open", "size": 20, "color": BEST, "line": {"color": BEST, "width": 4}}
    traces.append(_dots(done[:1], one, other, "best", ring, "the best"))
    layout = {"xaxis": one.axis(), "yaxis": other.axis(), "margin": {"r": 20}}
    rows = (
        (t.number, state(t), last_accuracy(t), t.params[one.name], t.params[other.name])
        for t in (*done, *cut)
    )
    return Figure(
        "contour",
        f"{TITLE}: {one.name} and {other.name}",
        _sentence(done, one, other),
        "Each dot is a complete trial at its two values; the lighter, the better. The coloured "
        "ground is a running mean of the trials near by (a Gaussian kernel of 12 % of each axis), "
        "and stays blank where nothing was tried. Crosses are pruned trials.",
        (Plot(tuple(traces), layout, height=480),),
        data=Table(("trial", "state", "last_accuracy", one.name, other.name), tuple(rows)),
    )


def surface(
    places: NDArray[np.float64], values: NDArray[np.float64], grid: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Nadaraya and Watson's running mean; NaN where trials are too far away.

    Args:
        places: ``float64 [N, 2]`` in [0, 1]; values: ``float64 [N]``; grid: ``float64 [M, 2]``.
    """
    squared = ((grid[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    weights = np.exp(-squared / (2 * BANDWIDTH**2))
    mass = weights.sum(axis=1)
    mean: NDArray[np.float64] = (weights @ values) / np.maximum(mass, 1e-12)
    return np.where(mass >= THIN, mean, np.nan)


def _surface(done: Sequence[FrozenTrial], one: Scale, other: Scale) -> dict[str, Any]:
    across, down = _steps(one), _steps(other)
    places = np.array(
        [(one.place(t.params[one.name]), other.place(t.params[other.name])) for t in done]
    )
    values = np.array([100 * trial.values[0] for trial in done])
    grid = np.array([(x, y) for y in down for x in across])
    z = surface(places, values, grid).reshape(len(down), len(across))
    return {
        # Between two choices there is nothing, so theirs are rows and not slopes.
        "type": "heatmap" if one.choices or other.choices else "contour",
        "x": _values(one, across),
        "y": _values(other, down),
        "z": [[None if np.isnan(cell) else round(float(cell), 2) for cell in row] for row in z],
        "colorscale": "Cividis",
        "colorbar": _bar(),
        "hoverinfo": "skip",
        "opacity": 0.85,
        "connectgaps": False,
    }


def _steps(scale: Scale) -> list[float]:
    if scale.choices:
        return [scale.place(choice) for choice in scale.choices]
    return [step / (STEPS - 1) for step in range(STEPS)]


def _values(scale: Scale, steps: Sequence[float]) -> list[Any]:
    if scale.choices:
        return [scale.shown(choice) for choice in scale.choices]
    return [float(f"{scale.value(step):.4g}") for step in steps]


def _dots(
    trials: Sequence[FrozenTrial],
    one: Scale,
    other: Scale,
    name: str,
    marker: dict[str, Any],
    said: str,
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [one.shown(trial.params[one.name]) for trial in trials],
        "y": [other.shown(trial.params[other.name]) for trial in trials],
        "customdata": [trial.number for trial in trials],
        "name": name,
        "marker": marker,
        "hovertemplate": f"trial %{{customdata}}: {said}<extra></extra>",
    }


def _bar() -> dict[str, Any]:
    # Below the map: beside it, it would leave a phone half of its width.
    return {
        "orientation": "h",
        "y": -0.2,
        "yanchor": "top",
        "thickness": 10,
        "ticksuffix": " %",
        "nticks": 5,
        "outlinewidth": 0,
        "tickfont": {"color": INK},
    }


def _sentence(done: Sequence[FrozenTrial], one: Scale, other: Scale) -> str:
    best = done[0]
    lead = (
        f"The best trial of these, {best.number}, stands at {one.name} "
        f"{value(best.params[one.name])} and {other.name} {value(best.params[other.name])} with "
        f"{percent(best.values[0])}"
    )
    if len(done) < ENOUGH:
        return f"{lead}; {count(len(done), 'complete trial')} are too few for a map."
    top = done[: max(2, len(done) // 10)]
    spans = []
    for scale in (one, other):
        places = [scale.place(trial.params[scale.name]) for trial in top]
        spans.append(max(places) - min(places))
    where = (
        "all lie close to it"
        if max(spans) < 0.25
        else "are spread over the map, so the top is flat or its place not settled"
    )
    return f"{lead}; the best {len(top)} {where}."

"""Contour plot: accuracy over the two most important hyperparameters."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer.formatting import count, percent
from reports.data.study_data import StudyData
from reports.figures.common import missing, state, trials_caption
from reports.figures.scale import Scale, scales
from reports.figures.traces import markers
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import value
from reports.rendering.palette import BEST, COMPLETE, INK, PRUNED, SOFT
from search.results.trials import TrialRecord

TITLE = "The two most important hyperparameters"
CAPTION = (
    "Each dot is a complete trial; the lighter, the more accurate. The ring marks the best, the "
    "crosses are pruned trials. The background is a local mean of the trials (Gaussian kernel, 12 "
    "% of each axis); it stays blank where no trial is near."
)
MIN_TRIALS = 10
"""Complete trials below which no background is drawn."""
STEPS = 40
BANDWIDTH = 0.12
"""Of the kernel, as a share of an axis."""
MIN_MASS = 0.15
"""Kernel mass, in trials, below which the background stays blank."""


def build(data: StudyData) -> Figure:
    """The trials on a map of the smoothed accuracy."""
    study = data.snapshot
    known = scales(study.definition)
    names = list(dict.fromkeys((*data.most_important, *known)))[:2]
    complete = [t for t in study.complete if all(name in t.params for name in names)]
    if len(names) < 2:
        return missing("contour", TITLE, "The study searched fewer than two hyperparameters.")
    if not complete:
        return missing("contour", TITLE, "No complete trial has both hyperparameters.")
    # The names of choices are best read on the y axis.
    x, y = sorted((known[names[0]], known[names[1]]), key=lambda scale: bool(scale.choices))
    pruned = [t for t in study.pruned if all(name in t.params for name in names)]
    traces = []
    if len(complete) >= MIN_TRIALS:
        traces.append(_background(complete, x, y))
    if pruned:
        cross: dict[str, Any] = {"color": PRUNED, "symbol": "x", "size": 6}
        traces.append(_markers(pruned, x, y, "pruned", cross, ": pruned"))
    traces.append(_markers(complete, x, y, "complete", _dots(complete), ": %{marker.color:.2f} %"))
    ring = {"symbol": "circle-open", "size": 20, "color": BEST, "line": {"color": BEST, "width": 4}}
    traces.append(_markers(complete[:1], x, y, "best", ring, ": the best"))
    layout = {"xaxis": x.axis(), "yaxis": y.axis(), "margin": {"r": 20}}
    rows = (
        (t.number, state(t), t.last_accuracy, t.params[x.name], t.params[y.name])
        for t in (*complete, *pruned)
    )
    return Figure(
        "contour",
        f"{TITLE}: {x.name} and {y.name}",
        _sentence(complete, x, y),
        CAPTION + trials_caption(study.definition),
        (Plot(tuple(traces), layout, height=480),),
        data=Table(("trial", "state", "last_accuracy", x.name, y.name), tuple(rows)),
    )


def local_mean(
    places: NDArray[np.float64], values: NDArray[np.float64], grid: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The Nadaraya-Watson estimate, ``float64 [M]``; NaN where no trial is near.

    Args:
        places: ``float64 [N, 2]`` in [0, 1].
        values: ``float64 [N]``.
        grid: ``float64 [M, 2]``.
    """
    squared = ((grid[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    weights = np.exp(-squared / (2 * BANDWIDTH**2))
    mass = weights.sum(axis=1)
    mean: NDArray[np.float64] = (weights @ values) / np.maximum(mass, 1e-12)
    return np.where(mass >= MIN_MASS, mean, np.nan)


def _background(complete: Sequence[TrialRecord], x: Scale, y: Scale) -> dict[str, Any]:
    columns, rows = _grid(x), _grid(y)
    places = np.array([(x.position(t.params[x.name]), y.position(t.params[y.name]))
                       for t in complete])  # fmt: skip
    values = np.array([100 * trial.accuracy for trial in complete])
    grid = np.array([(column, row) for row in rows for column in columns])
    z = local_mean(places, values, grid).reshape(len(rows), len(columns))
    return {
        # Between two choices there is no value: cells, not contours.
        "type": "heatmap" if x.choices or y.choices else "contour",
        "x": _values(x, columns),
        "y": _values(y, rows),
        "z": [[None if np.isnan(cell) else round(float(cell), 2) for cell in row] for row in z],
        "colorscale": "Cividis",
        "colorbar": _colour_bar(),
        "hoverinfo": "skip",
        "opacity": 0.85,
        "connectgaps": False,
    }


def _grid(scale: Scale) -> list[float]:
    if scale.choices:
        return [scale.position(choice) for choice in scale.choices]
    return [step / (STEPS - 1) for step in range(STEPS)]


def _values(scale: Scale, positions: Sequence[float]) -> list[Any]:
    if scale.choices:
        return [scale.shown(choice) for choice in scale.choices]
    return [float(f"{scale.value(position):.4g}") for position in positions]


def _markers(
    trials: Sequence[TrialRecord],
    x: Scale,
    y: Scale,
    name: str,
    marker: dict[str, Any],
    hover: str,
) -> dict[str, Any]:
    across = [x.shown(trial.params[x.name]) for trial in trials]
    up = [y.shown(trial.params[y.name]) for trial in trials]
    return markers(trials, across, up, name, marker, hover)


def _dots(complete: Sequence[TrialRecord]) -> dict[str, Any]:
    heights = [round(100 * trial.accuracy, 2) for trial in complete]
    marker: dict[str, Any] = {"color": heights, "colorscale": "Cividis", "size": 10,
                              "line": {"color": SOFT, "width": 1.5}}  # fmt: skip
    if len(set(heights)) == 1:
        marker["color"] = COMPLETE
    elif len(complete) < MIN_TRIALS:
        marker["colorbar"] = _colour_bar()
    return marker


def _colour_bar() -> dict[str, Any]:
    # Below the plot: beside it, it would take half the width of a phone.
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


def _sentence(complete: Sequence[TrialRecord], x: Scale, y: Scale) -> str:
    best = complete[0]
    lead = (
        f"The best of these trials, {best.number}, reached {percent(best.accuracy)} at {x.name} "
        f"{value(best.params[x.name])} and {y.name} {value(best.params[y.name])}"
    )
    if len(complete) < MIN_TRIALS:
        return (
            f"{lead}; {count(len(complete), 'complete searched trial')}: too few for a background."
        )
    top = complete[: max(2, len(complete) // 10)]
    spans = []
    for scale in (x, y):
        positions = [scale.position(trial.params[scale.name]) for trial in top]
        spans.append(max(positions) - min(positions))
    where = (
        "lie close to it"
        if max(spans) < 0.25
        else "are spread out, so the optimum is flat or its place uncertain"
    )
    return f"{lead}; the best {len(top)} {where}."

"""Traces, and parts of traces, that several figures draw."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from reports.rendering.palette import DASHES, INK, SERIES
from reports.rendering.typed_array import typed_array
from search.results.trials import TrialRecord

Points = Iterable[tuple[float, float]]


def markers(
    trials: Sequence[TrialRecord],
    x: Sequence[Any],
    y: Sequence[Any],
    name: str,
    marker: dict[str, Any],
    hover: str,
) -> dict[str, Any]:
    """A marker for each trial; ``hover`` follows "trial 12"."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(x),
        "y": list(y),
        "customdata": [trial.number for trial in trials],
        "name": name,
        "marker": marker,
        "hovertemplate": f"trial %{{customdata}}{hover}<extra></extra>",
    }


def trial_lines(
    trials: Sequence[TrialRecord],
    points: Callable[[TrialRecord], Points],
    x_type: str,
    **style: Any,
) -> dict[str, Any]:
    """A line for each trial in one trace, with a gap after each: a trace a trial is slow to draw.

    Args:
        points: the (x, y) of a trial, along its line.
        x_type: numpy's type of x, "int64" or "float32".
    """
    xs: list[float] = []
    ys: list[float] = []
    numbers: list[int] = []
    for trial in trials:
        line = list(points(trial))
        xs += [x for x, _ in line] + [line[-1][0]]
        ys += [y for _, y in line] + [float("nan")]
        numbers += [trial.number] * (len(line) + 1)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": typed_array(np.array(xs, dtype=x_type)),
        "y": typed_array(np.array(ys, dtype=np.float32)),
        "customdata": typed_array(np.array(numbers)),
        **style,
    }


def steps(
    name: str, x: Iterable[float], y: Iterable[float], place: int, hover: str
) -> dict[str, Any]:
    """A line that changes in steps, in the colour and dash of the study at this place."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "name": name,
        "line": {"shape": "hv", "width": 2.5, "color": SERIES[place % len(SERIES)],
                 "dash": DASHES[place % len(DASHES)]},
        "hovertemplate": f"{hover}<extra>%{{fullData.name}}</extra>",
    }  # fmt: skip


def error_bars(
    values: Sequence[float],
    ends: Sequence[tuple[float, float]],
    colour: str = INK,
    digits: int = 2,
    **style: Any,
) -> dict[str, Any]:
    """The intervals of shares, in percent."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [
            round(100 * max(0.0, high - value), digits)
            for value, (_, high) in zip(values, ends, strict=True)
        ],
        "arrayminus": [
            round(100 * max(0.0, value - low), digits)
            for value, (low, _) in zip(values, ends, strict=True)
        ],
        "color": colour,
        "thickness": 1.5,
        **style,
    }


def level(x: Sequence[float], height: float, name: str, colour: str, dash: str) -> dict[str, Any]:
    """A horizontal line at a share, as a reference."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": [round(100 * height, 3)] * len(x),
        "name": name,
        "line": {"color": colour, "dash": dash, "width": 2},
        "hovertemplate": f"{name}: %{{y:.2f}} %<extra></extra>",
    }


def best_so_far(accuracies: Sequence[float]) -> list[float]:
    """The running maximum."""
    return np.maximum.accumulate(np.asarray(accuracies, dtype=float)).tolist() if accuracies else []

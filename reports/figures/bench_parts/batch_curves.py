"""A quantity over batch size: one curve for each machine, precision and mode; a point where a
single batch size was timed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.recordings.recording import Measured
from benchmarks.recordings.wording import USUAL
from reports.data.bench_data import Machine, setting
from reports.figures.bench_parts.traces import interval_bars, noisy_symbols
from reports.figures.log_axis import log_axis
from reports.rendering.figure import Plot
from reports.rendering.formatting import plain
from reports.rendering.palette import DASHES, SERIES, SYMBOLS


@dataclass(frozen=True)
class Point:
    """A case's value, with an interval, on the machine of this label."""

    machine: str
    case: Measured
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Quantity:
    """The axis of the values, and plotly's template of one, such as ``%{y:,.0f} images/s``."""

    title: str
    hover: str


def throughput_plots(machines: Sequence[Machine], group: str) -> tuple[Plot, ...]:
    """Images per second at the median, with the interquartile range."""
    points = [
        Point(machine.label, case, case.items_per_second,
              case.items / case.percentile(75), case.items / case.percentile(25))
        for machine in machines
        for case in machine.of(group)
    ]  # fmt: skip
    return plots(points, Quantity("images/s", "%{y:,.0f} images/s"))


def plots(points: Sequence[Point], quantity: Quantity) -> tuple[Plot, ...]:
    """One plot for each kind of device, so that a GPU does not flatten a CPU's curves."""
    return tuple(
        _plot(device, curves, quantity)
        for device in ("cpu", "cuda")
        if (curves := _curves(points, device))
    )


def swept(case: Measured) -> bool:
    """Whether the case belongs to a curve: all factors but the batch have their usual value."""
    return all(case.params.get(key) == usual for key, usual in USUAL.items())


Curve = tuple[str, str, str, list[Point]]
"""Machine, precision, mode, and the points by batch."""


def _curves(points: Sequence[Point], device: str) -> list[Curve]:
    by_curve: dict[tuple[str, str, str], list[Point]] = {}
    for point in points:
        params = point.case.params
        if params.get("device") == device and swept(point.case):
            key = (point.machine, str(params["precision"]), str(params["mode"]))
            by_curve.setdefault(key, []).append(point)
    return [(*key, sorted(some, key=_batch)) for key, some in by_curve.items()]


def _plot(device: str, curves: list[Curve], quantity: Quantity) -> Plot:
    """Colour is the machine, dash the precision, marker the mode.

    With a single machine, colour is the precision and dash the mode.
    """
    labels, precisions, modes = (
        list(dict.fromkeys(curve[i] for curve in curves)) for i in range(3)
    )
    several = len(labels) > 1
    traces = []
    for label, precision, mode, points in curves:
        colour, dash = labels.index(label), precisions.index(precision)
        if not several:
            colour, dash = dash, modes.index(mode)
        words = [label] * several + [precision] + [setting_word(points[0].case)] * (len(modes) > 1)
        traces.append(
            _trace(", ".join(words), points, quantity)
            | {
                "line": {"color": SERIES[colour % len(SERIES)], "dash": DASHES[dash % len(DASHES)]},
                "marker": {
                    "symbol": noisy_symbols(
                        SYMBOLS[modes.index(mode) % len(SYMBOLS)],
                        [point.case.noisy for point in points],
                    ),
                    "size": 9,
                },
            }
        )
    batches = sorted({_batch(point) for curve in curves for point in curve[3]})
    values = [point.value for curve in curves for point in curve[3]]
    layout = {
        "xaxis": {"type": "log", "title": {"text": f"batch size ({_device(device)})"},
                  "tickvals": batches, "ticktext": [f"{batch:,}" for batch in batches]}
                 | _span(batches),
        "yaxis": {"title": {"text": quantity.title}} | _scale(values),
        "showlegend": True,
    }  # fmt: skip
    return Plot(tuple(traces), layout, height=380 + 22 * (len(curves) // 3), name=device)


def _span(batches: Sequence[int]) -> dict[str, Any]:
    """A range around a single batch size: plotly's own is from a tenth of it to its tenfold."""
    if len(batches) > 1:
        return {}
    middle = math.log10(batches[0])
    return {"range": [middle - 0.5, middle + 0.5]}


def _scale(values: Sequence[float]) -> dict[str, Any]:
    """Linear from 0, or logarithmic where the values differ by a factor of 8 or more."""
    if max(values) < 8 * min(values):
        return {"rangemode": "tozero", "tickformat": ",d"}
    return log_axis(values)


def setting_word(case: Measured) -> str:
    """A case's mode in words."""
    return setting(case, set(case.params) - {"mode"})


def _trace(name: str, points: Sequence[Point], quantity: Quantity) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(points) > 1 else "markers",
        "name": plain(name, 40),
        "x": list(map(_batch, points)),
        "y": [float(f"{point.value:.6g}") for point in points],
        "text": [", noisy" * point.case.noisy for point in points],
        "error_y": interval_bars([(point.value, point.low, point.high) for point in points]),
        "hovertemplate": f"batch %{{x}}: {quantity.hover}%{{text}}"
        "<extra>%{fullData.name}</extra>",
    }


def _batch(point: Point) -> int:
    return int(point.case.params["batch"])


def _device(device: str) -> str:
    return {"cpu": "CPU", "cuda": "CUDA"}.get(device, device)

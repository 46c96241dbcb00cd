"""Throughput over batch size: one curve for each machine, precision and mode."""

from collections.abc import Sequence
from typing import Any

from benchmarks.recordings.recording import Measured
from benchmarks.recordings.wording import USUAL
from reports.data.bench_data import Machine, setting
from reports.figures.bench_parts.traces import noisy_words, quartile_bars
from reports.rendering.figure import Plot
from reports.rendering.formatting import plain
from reports.rendering.palette import DASHES, SERIES, SYMBOLS


def plots(machines: Sequence[Machine], group: str) -> tuple[Plot, ...]:
    """One plot for each kind of device, so that a GPU does not flatten a CPU's curves."""
    return tuple(
        _plot(device, curves)
        for device in ("cpu", "cuda")
        if (curves := _curves(machines, group, device))
    )


def swept(case: Measured) -> bool:
    """Whether the case belongs to a curve: all factors but the batch have their usual value."""
    return all(case.params.get(key) == usual for key, usual in USUAL.items())


Curve = tuple[str, str, str, list[Measured]]
"""Machine, precision, mode, and the cases by batch."""


def _curves(machines: Sequence[Machine], group: str, device: str) -> list[Curve]:
    by_curve: dict[tuple[str, str, str], list[Measured]] = {}
    for machine in machines:
        for case in machine.of(group):
            if case.params.get("device") == device and swept(case):
                key = (machine.label, str(case.params["precision"]), str(case.params["mode"]))
                by_curve.setdefault(key, []).append(case)
    return [(*key, sorted(cases, key=_batch)) for key, cases in by_curve.items() if len(cases) > 1]


def _plot(device: str, curves: list[Curve]) -> Plot:
    """Colour is the machine, dash the precision, marker the mode.

    With a single machine, colour is the precision and dash the mode.
    """
    labels, precisions, modes = (
        list(dict.fromkeys(curve[i] for curve in curves)) for i in range(3)
    )
    several = len(labels) > 1
    traces = []
    for label, precision, mode, cases in curves:
        colour, dash = labels.index(label), precisions.index(precision)
        if not several:
            colour, dash = dash, modes.index(mode)
        words = [label] * several + [precision] + [setting_word(cases[0])] * (len(modes) > 1)
        traces.append(
            _trace(", ".join(words), cases)
            | {
                "line": {"color": SERIES[colour % len(SERIES)], "dash": DASHES[dash % len(DASHES)]},
                "marker": {"symbol": SYMBOLS[modes.index(mode) % len(SYMBOLS)], "size": 8},
            }
        )
    batches = sorted({_batch(case) for curve in curves for case in curve[3]})
    timed = [case for curve in curves for case in curve[3]]
    layout = {
        "xaxis": {"type": "log", "title": {"text": f"batch size ({_device(device)})"},
                  "tickvals": batches, "ticktext": [f"{batch:,}" for batch in batches]},
        "yaxis": {"title": {"text": "images/s"}} | _scale(timed),
    }  # fmt: skip
    return Plot(tuple(traces), layout, height=380 + 22 * (len(curves) // 3), name=device)


def _scale(cases: Sequence[Measured]) -> dict[str, Any]:
    """Linear from 0, or logarithmic where the speeds differ by a factor of 8 or more."""
    speeds = [case.items_per_second for case in cases]
    if max(speeds) < 8 * min(speeds):
        return {"rangemode": "tozero", "tickformat": ",d"}
    return {"type": "log", "dtick": "D2", "tickformat": "~s"}


def setting_word(case: Measured) -> str:
    """A case's mode in words."""
    return setting(case, set(case.params) - {"mode"})


def _trace(name: str, cases: Sequence[Measured]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "name": plain(name, 40),
        "x": [_batch(case) for case in cases],
        "y": [round(case.items_per_second, 2) for case in cases],
        "text": noisy_words(cases),
        "textposition": "bottom center",
        "error_y": quartile_bars(cases),
        "hovertemplate": "batch %{x}: %{y:,.0f} images/s %{text}<extra>%{fullData.name}</extra>",
    }


def _batch(case: Measured) -> int:
    return int(case.params["batch"])


def _device(device: str) -> str:
    return {"cpu": "CPU", "cuda": "CUDA"}.get(device, device)

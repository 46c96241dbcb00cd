"""Speed against batch size: one line a machine, precision and mode."""

from collections.abc import Sequence
from typing import Any

from benchmarks.recordings.recording import Measured
from benchmarks.recordings.wording import USUAL
from reports.figures.bench.recording_sets import Machine, setting, spread
from reports.rendering.figure import Plot
from reports.rendering.formatting import plain
from reports.rendering.palette import DASHES, SERIES, SYMBOLS

LINE = ("device", "precision", "mode")
"""What tells one line of a machine from another."""


def plots(machines: Sequence[Machine], group: str) -> tuple[Plot, ...]:
    """One plot a kind of device that has cases, so that a CPU is not drawn flat by a GPU."""
    return tuple(
        _plot(device, found)
        for device in ("cpu", "cuda")
        if (found := _lines(machines, group, device))
    )


def swept(case: Measured) -> bool:
    """Whether the case lies on a line: all but its batch is as usual."""
    return all(case.params.get(key) == usual for key, usual in USUAL.items())


Line = tuple[str, str, str, list[Measured]]
"""Machine, precision, mode, and the cases by batch."""


def _lines(machines: Sequence[Machine], group: str, device: str) -> list[Line]:
    found: dict[tuple[str, str, str], list[Measured]] = {}
    for machine in machines:
        for case in machine.of(group):
            if case.params.get("device") == device and swept(case):
                key = (machine.label, str(case.params["precision"]), str(case.params["mode"]))
                found.setdefault(key, []).append(case)
    return [(*key, sorted(cases, key=_batch)) for key, cases in found.items() if len(cases) > 1]


def _plot(device: str, lines: list[Line]) -> Plot:
    """Colour is the machine where there are several, else the precision; the dash is the other one,
    and the marker the mode."""
    labels, precisions, modes = (list(dict.fromkeys(line[i] for line in lines)) for i in range(3))
    several = len(labels) > 1
    traces = []
    for label, precision, mode, cases in lines:
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
    batches = sorted({_batch(case) for line in lines for case in line[3]})
    layout = {
        "xaxis": {"type": "log", "title": {"text": f"batch size ({_device(device)})"},
                  "tickvals": batches, "ticktext": [f"{batch:,}" for batch in batches]},
        "yaxis": {"title": {"text": "images/s"}} | _scale([c for line in lines for c in line[3]]),
    }  # fmt: skip
    return Plot(tuple(traces), layout, height=380 + 22 * (len(lines) // 3), name=device)


def _scale(cases: Sequence[Measured]) -> dict[str, Any]:
    """From 0 where all speeds fit on such an axis, else logarithmic."""
    speeds = [case.items_per_second for case in cases]
    if max(speeds) < 8 * min(speeds):
        return {"rangemode": "tozero", "tickformat": ",d"}
    return {"type": "log", "dtick": "D2", "tickformat": "~s"}


def setting_word(case: Measured) -> str:
    """A case's mode in words."""
    return setting(case, set(case.params) - {"mode"})


def _trace(name: str, cases: Sequence[Measured]) -> dict[str, Any]:
    spreads = [spread(case) for case in cases]
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "name": plain(name, 40),
        "x": [_batch(case) for case in cases],
        "y": [round(case.items_per_second, 2) for case in cases],
        "text": ["noisy" if case.noisy else "" for case in cases],
        "textposition": "bottom center",
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [round(each["fast"], 3) for each in spreads],
            "arrayminus": [round(each["slow"], 3) for each in spreads],
            "thickness": 1.5,
        },
        "hovertemplate": "batch %{x}: %{y:,.0f} images/s %{text}<extra>%{fullData.name}</extra>",
    }


def _batch(case: Measured) -> int:
    return int(case.params["batch"])


def _device(device: str) -> str:
    return {"cpu": "CPU", "cuda": "CUDA"}.get(device, device)

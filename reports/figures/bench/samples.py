"""The samples of each case as a distribution, one case at a time."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.recording import Measured
from fer.formatting import count
from reports.data.bench_data import NOISY, BenchData, Machine, case_name, case_names
from reports.figures.bench_parts.units import unit_of
from reports.figures.common import missing, names_above
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import distinct, plain
from reports.rendering.palette import SERIES, SYMBOLS

TITLE = "Samples of each case"
MOST = 60
"""Samples of a case that are drawn: a page of two machines stays under 6 MB."""
CAPTION = (
    "Each dot is one timed call. Of a case with more than "
    f"{MOST} samples, {MOST} are drawn, evenly spaced by rank, the fastest and the slowest among "
    "them. The box is from the first to the third quartile with the median, of all samples; its "
    "whiskers reach the last samples within 1.5 times the box's width. "
)


def build(data: BenchData) -> Figure:
    """A plot for each case, with a row for each machine."""
    timed: dict[str, list[tuple[Machine, Measured]]] = {}
    for machine in data.machines:
        for case in machine.cases:
            timed.setdefault(case.name, []).append((machine, case))
    if not timed:
        return missing("samples", TITLE, "No case was timed.")
    names = case_names([some[0][1] for some in timed.values()])
    plots = tuple(_plot(name, some) for name, some in zip(names, timed.values(), strict=True))
    return Figure(
        "samples",
        TITLE,
        _sentence([case for some in timed.values() for _, case in some]),
        CAPTION + NOISY,
        plots,
        data=Table(
            ("machine", "case", "n", "min_seconds", "q1", "median", "q3", "max", "noisy", "drawn"),
            tuple(
                (machine.label, case.name, len(case.seconds),
                 *(case.percentile(q) for q in (0, 25, 50, 75, 100)), int(case.noisy),
                 " ".join(f"{seconds:.4g}" for seconds in drawn(case)))
                for some in timed.values()
                for machine, case in some
            ),
        ),
        choose="Case",
    )  # fmt: skip


def drawn(case: Measured) -> list[float]:
    """At most ``MOST`` of the samples, ascending, evenly spaced by rank."""
    ordered = sorted(case.seconds)
    if len(ordered) <= MOST:
        return ordered
    return [ordered[i] for i in np.linspace(0, len(ordered) - 1, MOST).round().astype(int)]


def _sentence(cases: Sequence[Measured]) -> str:
    wide = max(cases, key=lambda case: case.percentile(99) / case.median)
    samples = sum(len(case.seconds) for case in cases)
    noisy = sum(case.noisy for case in cases)
    return (
        f"{count(samples, 'sample')} of {count(len(cases), 'timed case')}, {noisy} of them noisy. "
        f"The longest tail is that of {case_name(wide)}: median {digits(wide.median)}, p99 "
        f"{digits(wide.percentile(99))}."
    )


def _plot(name: str, timed: Sequence[tuple[Machine, Measured]]) -> Plot:
    unit, size = unit_of(max(case.percentile(75) for _, case in timed))
    labels = distinct([_label(machine, case) for machine, case in timed], 70)
    traces = tuple(
        _box(label, case, size, i)
        for i, (label, (_, case)) in enumerate(zip(labels, timed, strict=True))
    )
    layout = names_above(labels, 28) | {
        "showlegend": False,
        "xaxis": {"title": {"text": f"{unit} a call"}},
    }
    return Plot(traces, layout, height=110 + 96 * len(timed), name=name)


def _label(machine: Machine, case: Measured) -> str:
    noisy = ", noisy" if case.noisy else ""
    return (
        f"{plain(machine.label, 18)}: median {digits(case.median)}, n = {len(case.seconds)}{noisy}"
    )


def _box(label: str, case: Measured, size: float, place: int) -> dict[str, Any]:
    q1, median, q3 = (case.percentile(q) for q in (25, 50, 75))
    reach = 1.5 * (q3 - q1)
    within = [seconds for seconds in case.seconds if q1 - reach <= seconds <= q3 + reach]

    def scaled(*seconds: float) -> list[float]:
        return [float(f"{each / size:.4g}") for each in seconds]

    return {
        "type": "box",
        "orientation": "h",
        "name": label,
        "y": [label],
        "q1": scaled(q1),
        "median": scaled(median),
        "q3": scaled(q3),
        "lowerfence": scaled(min(within)),
        "upperfence": scaled(max(within)),
        "x": [scaled(*drawn(case))],
        "boxpoints": "all",
        "jitter": 0.5,
        "pointpos": 1.4,
        "width": 0.32,
        "line": {"color": SERIES[place % len(SERIES)], "width": 1.5},
        "marker": {
            "color": SERIES[place % len(SERIES)],
            "symbol": SYMBOLS[place % len(SYMBOLS)],
            "size": 5,
            "opacity": 0.65,
        },
        "hovertemplate": "%{x}<extra></extra>",
    }

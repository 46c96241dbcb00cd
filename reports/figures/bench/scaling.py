"""Scaling with the batch size, and with one process a core."""

from collections.abc import Sequence

from benchmarks.analysis.comparison import Comparison, Row, compare
from benchmarks.recordings.recording import Measured
from benchmarks.recordings.wording import in_words
from fer.errors import BadInput
from fer.formatting import count, signed
from reports.data.bench_data import BenchData, Machine, noise, setting
from reports.figures.bench_parts.batch_curves import swept
from reports.figures.bench_parts.traces import noisy_symbols
from reports.figures.common import missing
from reports.figures.log_axis import log_axis
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import plain
from reports.rendering.palette import DASHES, SERIES, SYMBOLS

TITLE = "Scaling with batch size and processes"


def build(data: BenchData) -> Figure:
    """Throughput relative to the smallest batch, and a table of one process a core."""
    machines = data.machines
    lines = {
        f"{machine.label}, {group}, {name}": cases
        for machine in machines
        for group in ("training", "inference")
        for name, cases in _steepest(machine, group).items()
    }
    rows = [(machine, row) for machine in machines for row in _processes_per_core(machine)]
    if not lines and not rows:
        return missing("scaling", TITLE, "No case was timed with more than one batch size.")
    grown = {
        label: [(int(c.params["batch"]), c.items_per_second / cases[0].items_per_second)
                for c in cases]
        for label, cases in lines.items()
    }  # fmt: skip
    sentences = [_most(grown)] if grown else []
    sentences += [
        _processes_sentence(machine, here)
        for machine in machines
        if (here := [row for place, row in rows if place is machine])
    ]
    traces = tuple(
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": plain(label, 44),
            "x": [batch for batch, _ in points],
            "y": [round(gain, 4) for _, gain in points],
            "line": {"color": SERIES[i % len(SERIES)], "dash": DASHES[i // len(SERIES) % 6]},
            "marker": {
                "symbol": noisy_symbols(
                    SYMBOLS[i % len(SYMBOLS)], [case.noisy for case in lines[label]]
                ),
                "size": 9,
            },
            "hovertemplate": "batch %{x}: %{y:.2f} times<extra>%{fullData.name}</extra>",
        }
        for i, (label, points) in enumerate(grown.items())
    )
    batches = sorted({batch for points in grown.values() for batch, _ in points})
    layout = {
        "xaxis": {"type": "log", "title": {"text": "batch size"}, "tickvals": batches,
                  "ticktext": [f"{batch:,}" for batch in batches]},
        "yaxis": {"title": {"text": "times the smallest batch's speed"}}
                 | log_axis([gain for points in grown.values() for _, gain in points] or [1]),
    }  # fmt: skip
    shown: tuple[DisplayTable, ...] = ()
    if rows:
        table = Table(
            ("machine", "case", "speed", "95 % interval", "verdict"),
            tuple(_shown(machine, row) for machine, row in rows),
        )
        shown = (DisplayTable(table, caption="One process a core against one on all cores"),)
    return Figure(
        "scaling",
        TITLE,
        " ".join(sentences) + noise([case for cases in lines.values() for case in cases]),
        "One curve a device: its fastest. Where it is level, the batch size does not matter. "
        "A study with --workers trains in several processes at once; their images are counted "
        "together. Open markers are noisy.",
        (Plot(traces, layout, height=420 + 22 * (len(traces) // 3)),) if traces else (),
        tables=shown,
        data=Table(
            ("line", "batch", "times_the_smallest"),
            tuple((label, *point) for label, points in grown.items() for point in points),
        ),
    )


def _lines(machine: Machine, group: str) -> dict[str, list[Measured]]:
    curves: dict[str, list[Measured]] = {}
    for case in machine.of(group):
        if swept(case):
            curves.setdefault(setting(case, ("batch",)), []).append(case)
    return {
        name: sorted(cases, key=lambda case: int(case.params["batch"]))
        for name, cases in curves.items()
        if len(cases) > 1
    }


def _steepest(machine: Machine, group: str) -> dict[str, list[Measured]]:
    """The fastest curve of each device; all of them would overlap."""
    best: dict[object, tuple[str, list[Measured]]] = {}
    for name, cases in _lines(machine, group).items():
        device = cases[0].params.get("device")
        if device not in best or _top(cases) > _top(best[device][1]):
            best[device] = (name, cases)
    return dict(best.values())


def _top(cases: Sequence[Measured]) -> float:
    return max(case.items_per_second for case in cases)


def _processes_per_core(machine: Machine) -> tuple[Row, ...]:
    """One process on all cores against one a core, where both were timed."""
    try:
        comparison: Comparison = compare(
            machine.recordings, machine.recordings, factor="processes", anyway=True
        )
    except BadInput:  # no such pair
        return ()
    return comparison.rows


def _most(grown: dict[str, list[tuple[int, float]]]) -> str:
    label = max(grown, key=lambda name: max(gain for _, gain in grown[name]))
    batch, gain = max(grown[label], key=lambda point: point[1])
    return f"{label} gains most from larger batches: {gain:.1f} times at {batch:,}."


def _processes_sentence(machine: Machine, rows: Sequence[Row]) -> str:
    gains = [100 * (1 / row.difference.ratio - 1) for row in rows]
    ends = dict.fromkeys(f"{signed(gain, 0)} %" for gain in (min(gains), max(gains)))
    words = [row.difference.word for row in rows]
    sure = words.count("faster") + words.count("slower")
    return (
        f"{machine.label}: one process a core changes throughput by {' to '.join(ends)} against "
        f"one on all cores, in {count(len(rows), 'case')}, {sure} of them significantly."
    )


def _shown(machine: Machine, row: Row) -> tuple[str, ...]:
    low, high = 100 * (1 / row.difference.high - 1), 100 * (1 / row.difference.low - 1)
    return (
        machine.label,
        f"{row.group}: {in_words(row.params, ('processes',))}",
        f"{signed(100 * (1 / row.difference.ratio - 1))} %",
        f"{signed(low)} to {signed(high)} %",
        row.difference.word + (" (noisy)" if row.noisy else ""),
    )

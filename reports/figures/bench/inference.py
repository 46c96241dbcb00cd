"""Inference: latency of one face, and throughput of many."""

from collections.abc import Sequence

from benchmarks.analysis.roofline import share_of_limit
from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.recording import Measured
from fer.formatting import percent, rate
from reports.figures.bench.recording_sets import NOISY, Machine, noise, setting, speed
from reports.figures.bench.throughput import plots
from reports.figures.common import missing, names_above
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import plain
from reports.rendering.palette import SERIES

THROUGHPUT = "How many faces a second it reads"
LATENCY = "How long one face takes"
PERCENTILES = (50, 90, 99)


def throughput(machines: Sequence[Machine]) -> Figure:
    """Lines over the batch size, and every case in a table."""
    timed = [(machine, case) for machine in machines for case in machine.of("inference")]
    if not timed:
        return missing("throughput", THROUGHPUT, "No inference was timed.")
    said = []
    for machine in machines:
        best = max(machine.of("inference"), key=lambda case: case.items_per_second, default=None)
        if best:
            said.append(f"{machine.label}: {speed(best)} with {setting(best, ('device',))}.")
    return Figure(
        "throughput",
        THROUGHPUT,
        " ".join(said) + noise([case for _, case in timed]),
        "From faces as bytes on the device to scores. Dots are medians; a bar spans the middle "
        f"half of the samples. {NOISY}",
        plots(machines, "inference"),
        tables=(
            DisplayTable(
                Table(
                    ("machine", "setting", "images/s", "a batch", "IQR", "n", "of its limit", ""),
                    tuple(_shown(machine, case) for machine, case in timed),
                ),
                caption=f"All {len(timed)} inference cases",
                folded=True,
            ),
        ),
        data=Table(
            ("machine", "case", "images_per_second", "seconds", "iqr_seconds", "n", "noisy"),
            tuple(
                (m.label, c.name, c.items_per_second, c.median, c.iqr, len(c.seconds),
                 int(c.noisy))
                for m, c in timed
            ),
        ),
    )  # fmt: skip


def latency(machines: Sequence[Machine]) -> Figure:
    """Percentiles at batch 1."""
    timed = [
        (f"{machine.label}, {setting(case, ('batch',))}", case)
        for machine in machines
        for case in machine.of("inference")
        if case.params.get("batch") == 1
    ]
    if not timed:
        return missing("latency", LATENCY, "No face was timed alone.")
    traces = tuple(
        {
            "type": "bar",
            "orientation": "h",
            "name": f"p{q}",
            "y": [plain(label, 50) for label, _ in timed],
            "x": [round(1000 * case.percentile(q), 5) for _, case in timed],
            "text": [_marked(q, case) for _, case in timed],
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {"color": SERIES[i]},
            "hovertemplate": f"p{q} %{{x:.3f}} ms<extra>%{{y}}</extra>",
        }
        for i, q in enumerate(PERCENTILES)
    )
    layout = names_above([plain(label, 50) for label, _ in timed], 32) | {
        "barmode": "group",
        "bargap": 0.35,
        "xaxis": {"title": {"text": "milliseconds"}, "rangemode": "tozero"},
        "legend": {"traceorder": "normal"},
        "margin": {"l": 16, "r": 84},
    }
    label, best = min(timed, key=lambda pair: pair[1].percentile(50))
    tail = max(timed, key=lambda pair: pair[1].percentile(99) / pair[1].percentile(50))
    ratio = tail[1].percentile(99) / tail[1].percentile(50)
    return Figure(
        "latency",
        LATENCY,
        f"Half of the faces take {digits(best.percentile(50))} or less on {label}, and 99 of 100 "
        f"{digits(best.percentile(99))}. The longest tail is {tail[0]}'s: its p99 is "
        f"{ratio:.1f} times its median." + noise([case for _, case in timed]),
        "Faces one by one. p50, p90 and p99 are the times that 50, 90 and 99 of 100 faces stay "
        f"under. {NOISY}",
        (Plot(traces, layout, height=130 + 74 * len(timed)),),
        data=Table(
            ("case", *(f"p{q}_seconds" for q in PERCENTILES), "n", "noisy"),
            tuple(
                (label, *(case.percentile(q) for q in PERCENTILES), len(case.seconds),
                 int(case.noisy))
                for label, case in timed
            ),
        ),
    )  # fmt: skip


def _marked(q: int, case: Measured) -> str:
    return digits(case.percentile(q)) + (" noisy" if case.noisy and q == PERCENTILES[0] else "")


def _shown(machine: Machine, case: Measured) -> tuple[str | int, ...]:
    share = share_of_limit(case, machine.facts)
    return (
        machine.label,
        setting(case),
        rate(case.items_per_second),
        digits(case.median),
        f"{digits(case.percentile(25))} to {digits(case.percentile(75))}",
        len(case.seconds),
        f"{percent(share.share, 0)} ({share.bound})" if share else "–",
        "noisy" if case.noisy else "",
    )

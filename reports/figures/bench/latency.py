"""Latency of one face."""

from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.recording import Measured
from reports.data.bench_data import NOISY, BenchData, noise, setting
from reports.figures.common import missing, names_above
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import plain
from reports.rendering.palette import SERIES

TITLE = "Latency of one face"
PERCENTILES = (50, 90, 99)


def build(data: BenchData) -> Figure:
    """Percentiles at batch 1."""
    timed = [
        (f"{machine.label}, {setting(case, ('batch',))}", case)
        for machine in data.machines
        for case in machine.of("inference")
        if case.params.get("batch") == 1
    ]
    if not timed:
        return missing("latency", TITLE, "No single face was timed.")
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
    label, best = min(timed, key=lambda pair: (pair[1].noisy, pair[1].percentile(50)))
    tail = max(timed, key=lambda pair: pair[1].percentile(99) / pair[1].percentile(50))
    ratio = tail[1].percentile(99) / tail[1].percentile(50)
    return Figure(
        "latency",
        TITLE,
        f"The lowest latency {'(noisy) ' if best.noisy else ''}is that of {label}: median "
        f"{digits(best.percentile(50))}, p99 {digits(best.percentile(99))}. The longest tail is "
        f"that of {tail[0]}: its p99 is "
        f"{ratio:.1f} times its median." + noise([case for _, case in timed]),
        f"Faces one by one: the 50th, 90th and 99th percentile of their times. {NOISY}",
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

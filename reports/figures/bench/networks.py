"""Throughput of the families of networks, in training and inference."""

from collections.abc import Sequence

from benchmarks.cases.networks import GROUP
from benchmarks.recordings.recording import Measured
from fer.formatting import rate
from reports.data.bench_data import NOISY, BenchData, Machine, noise
from reports.figures.bench_parts.case_table import case_table, throughput_data
from reports.figures.bench_parts.traces import quartile_bars
from reports.figures.common import missing, names_above
from reports.rendering.figure import Figure, Plot
from reports.rendering.formatting import plain
from reports.rendering.palette import BLUE

TITLE = "Families of networks"


def build(data: BenchData) -> Figure:
    """Bars of images per second, one plot for each kind of work and device."""
    timed = data.cases(GROUP)
    if not timed:
        return missing("networks", TITLE, "No families of networks were timed.")
    kinds = dict.fromkeys((str(c.params["work"]), str(c.params["device"])) for _, c in timed)
    return Figure(
        "networks",
        TITLE,
        " ".join(_sentences(timed)) + noise([case for _, case in timed]),
        "Each family has the default widths. A training step has augmentation, AdamW and a moving "
        "average; on CUDA it is a CUDA graph, everything else is eager. On the CPU the "
        f"families of one precision are timed interleaved. {NOISY}",
        tuple(_plot(timed, work, device) for work, device in kinds),
        tables=(case_table(timed, "call", lambda case: 1.0, f"All {len(timed)} cases"),),
        data=throughput_data(timed),
    )


def _sentences(timed: Sequence[tuple[Machine, Measured]]) -> list[str]:
    """The training speeds of each machine, device and precision."""
    speeds: dict[str, list[str]] = {}
    for machine, case in timed:
        if case.params["work"] == "training":
            place = f"{machine.label} ({_setting(case)})"
            speed = f"{case.params['network']} {rate(case.items_per_second)}"
            speeds.setdefault(place, []).append(speed)
    return [f"Training images/s on {place}: {', '.join(of)}." for place, of in speeds.items()]


def _setting(case: Measured) -> str:
    return f"{str(case.params['device']).upper()}, {case.params['precision']}"


def _plot(timed: Sequence[tuple[Machine, Measured]], work: str, device: str) -> Plot:
    here = [(m, c) for m, c in timed if (c.params["work"], c.params["device"]) == (work, device)]
    names = [
        plain(
            f"{m.label}, {c.params['network']}, {c.params['precision']}: "
            f"{rate(c.items_per_second)}/s{' (noisy)' * c.noisy}",
            60,
        )
        for m, c in here
    ]
    cases = [case for _, case in here]
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": [round(case.items_per_second, 2) for case in cases],
        "error_x": quartile_bars(cases),
        "marker": {"color": BLUE},
        "hovertemplate": "%{x:,.0f} images/s<extra>%{y}</extra>",
    }
    layout = names_above(names, 20) | {
        "showlegend": False,
        "bargap": 0.55,
        "xaxis": {"title": {"text": f"{work}, images/s ({device.upper()})"}, "rangemode": "tozero"},
    }
    return Plot((trace,), layout, height=90 + 52 * len(names), name=f"{work} {device}")

"""Phases of a training step."""

from collections.abc import Sequence

from benchmarks.recordings.recording import Measured
from fer.formatting import percent
from reports.data.bench_data import BenchData, setting
from reports.figures.bench_parts.batch_curves import swept
from reports.figures.common import missing, names_above
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import listing, plain
from reports.rendering.palette import INK, SERIES, SOFT

TITLE = "Phases of a training step"
BATCH = 128
COLOURS = (*SERIES, SOFT)


def build(data: BenchData) -> Figure:
    """Stacked shares of the phases of a step at the published batch size."""
    by_label = {
        f"{machine.label}, {setting(case, ('batch', 'mode'))}": dict(case.extra["phases"])
        for machine in data.machines
        for case in machine.of("training")
        if case.params.get("batch") == BATCH and swept(case) and _has_phases(case)
    }
    if not by_label:
        return missing("phases", TITLE, f"No step of batch {BATCH} was timed by phases.")
    names = list(dict.fromkeys(name for parts in by_label.values() for name in parts))
    shares = {
        label: {name: parts.get(name, 0.0) / sum(parts.values()) for name in names}
        for label, parts in by_label.items()
    }
    traces = tuple(
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": [plain(label, 50) for label in shares],
            "x": [round(100 * parts[name], 2) for parts in shares.values()],
            "marker": {"color": COLOURS[i % len(COLOURS)], "line": {"color": INK, "width": 0.5}},
            "hovertemplate": f"{name}: %{{x:.1f}} %<extra></extra>",
        }
        for i, name in enumerate(names)
    )
    layout = names_above([plain(label, 50) for label in shares], 20) | {
        "barmode": "stack", "bargap": 0.55,
        "xaxis": {"title": {"text": "share of the step's time"}, "ticksuffix": " %",
                  "range": [0, 100], "tickvals": [0, 25, 50, 75, 100]},
        "margin": {"l": 16, "r": 24},
        "legend": {"traceorder": "normal"},
    }  # fmt: skip
    return Figure(
        "phases",
        TITLE,
        _sentence(list(shares.values())),
        f"The phases of a step of {BATCH} faces, each timed separately and synchronised; on CUDA "
        "they add up to more than the step itself, which does not synchronise in between. The "
        "checkpoint is the step's share of the one at the end of an epoch.",
        (Plot(traces, layout, height=130 + 52 * len(shares)),),
        data=Table(
            ("case", "part", "share", "seconds"),
            tuple(
                (label, name, round(parts[name], 6), by_label[label].get(name))
                for label, parts in shares.items()
                for name in names
            ),
        ),
    )


def _has_phases(case: Measured) -> bool:
    parts = case.extra.get("phases")
    return isinstance(parts, dict) and bool(parts) and sum(parts.values()) > 0


def _sentence(shares: Sequence[dict[str, float]]) -> str:
    mean = {name: sum(parts[name] for parts in shares) / len(shares) for name in shares[0]}
    largest = sorted(mean, key=lambda name: -mean[name])[:2]
    named = dict.fromkeys((*largest, "augment"))
    parts_of_time = [
        f"{name} {_range([parts.get(name, 0.0) for parts in shares])}" for name in named
    ]
    return f"Of a step's time, {listing(parts_of_time)}."


def _range(shares: Sequence[float]) -> str:
    low, high = percent(min(shares), 0), percent(max(shares), 0)
    return f"takes {low}" if low == high else f"takes {low} to {high}"

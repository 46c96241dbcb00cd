"""What a study would cost on each machine that was benchmarked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from benchmarks.analysis.comparison import Side
from reports.data.study_data import Material
from reports.figures.bench.recording_sets import labelled, setting
from reports.figures.common import missing
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import distinct, duration, scale_of
from reports.rendering.palette import SERIES

if TYPE_CHECKING:
    from benchmarks.recordings.recording import Measured, Recording

TITLE = "What each study would cost elsewhere"


def price(studies: Mapping[str, Material], recordings: Sequence["Recording"]) -> Figure:
    """Each study's epochs by the fastest training that was measured on each machine."""
    if not recordings:
        return missing("price", TITLE, "Give --bench FILE.json to price the studies on a machine.")
    rows = []
    for machine in labelled([Side("", (recording,)) for recording in recordings]):
        case = fastest(machine.side.runs[0])
        if case is None:
            continue
        for name, material in studies.items():
            if seconds := cost(material, case):
                rows.append((machine.label, setting(case), name, seconds))
    if not rows:
        return missing("price", TITLE, "The recordings hold no training, or no study its faces.")
    unit, size = scale_of(max(row[3] for row in rows))
    machines = list(dict.fromkeys(row[0] for row in rows))
    places = dict(zip(machines, distinct(machines), strict=True))
    names = dict(zip(studies, distinct(list(studies)), strict=True))
    traces = tuple(
        {
            "type": "bar",
            "orientation": "h",
            "name": names[name],
            "y": [places[row[0]] for row in rows if row[2] == name],
            "x": [round(row[3] / size, 4) for row in rows if row[2] == name],
            "text": [duration(row[3]) for row in rows if row[2] == name],
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {"color": SERIES[i % len(SERIES)]},
            "hovertemplate": "%{y}: %{text}<extra>%{fullData.name}</extra>",
        }
        for i, name in enumerate(studies)
        if any(row[2] == name for row in rows)
    )
    layout = {
        "barmode": "group",
        "xaxis": {"title": {"text": unit}, "rangemode": "tozero"},
        "yaxis": {"type": "category", "autorange": "reversed"},
        "legend": {"traceorder": "normal"},
        "margin": {"r": 84},
    }
    cheap, dear = min(rows, key=lambda row: row[3]), max(rows, key=lambda row: row[3])
    return Figure(
        "price",
        TITLE,
        f"From {duration(cheap[3])} ({cheap[2]} on {cheap[0]}) to {duration(dear[3])} ({dear[2]} "
        f"on {dear[0]}).",
        "The epochs that a study trained, times its training faces, by the images per second of "
        "the fastest training that was measured on the machine. The benchmark's network is the "
        "published one; evaluation and start-up are left out.",
        (Plot(traces, layout, height=110 + len(machines) * (24 + 26 * len(studies))),),
        shown=(
            DisplayTable(
                Table(
                    ("machine", "fastest training", "study", "time"),
                    tuple((*row[:3], duration(row[3])) for row in rows),
                )
            ),
        ),
        data=Table(("machine", "setting", "study", "seconds"), tuple(rows)),
    )


def fastest(recording: "Recording") -> "Measured | None":
    """The training case with the most images per second."""
    trained = [case for case in recording.measured if case.group == "training"]
    return max(trained, key=lambda case: case.items_per_second, default=None)


def cost(material: Material, case: "Measured") -> float | None:
    """Seconds that all epochs of a study would train; None where its faces are not known."""
    if not material.data:
        return None
    faces = sum(material.data["counts"].values()) * (1 - material.definition.recipe.validation)
    epochs = sum(len(trial.intermediate_values) for trial in material.trials)
    return float(epochs * faces / case.items_per_second)

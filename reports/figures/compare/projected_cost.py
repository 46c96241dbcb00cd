"""Projected cost: the time that each study would train on each benchmarked machine."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.recordings.recording_set import RecordingSet
from fer.formatting import duration
from reports.data.bench_data import labelled, setting
from reports.data.comparison import Comparison
from reports.data.study_data import StudyData
from reports.figures.common import missing
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import distinct, scale_of
from reports.rendering.palette import SERIES

if TYPE_CHECKING:
    from benchmarks.recordings.recording import Measured, Recording

TITLE = "Projected cost"
CAPTION = (
    "The epochs that a study trained × its training faces ÷ the images per second of the fastest "
    "training measured on the machine. The benchmark trains the published network; evaluation and "
    "start-up are left out."
)
_Row = tuple[str, str, str, float]
"""Machine, setting, study, seconds."""


def build(comparison: Comparison) -> Figure:
    """A bar for each study on each machine."""
    if not comparison.recordings:
        hint = "Add --bench FILE.json, a recording of fer bench run, to project the cost."
        return missing("projected-cost", TITLE, hint)
    rows = _rows(comparison)
    if not rows:
        reason = "The recordings hold no training, or the studies no epochs."
        return missing("projected-cost", TITLE, reason)
    unit, size = scale_of(max(row[3] for row in rows))
    machines = list(dict.fromkeys(row[0] for row in rows))
    layout = {
        "barmode": "group",
        "xaxis": {"title": {"text": unit}, "rangemode": "tozero"},
        "yaxis": {"type": "category", "autorange": "reversed"},
        "legend": {"traceorder": "normal"},
        "margin": {"r": 84},
    }
    low, high = min(rows, key=lambda row: row[3]), max(rows, key=lambda row: row[3])
    height = 110 + len(machines) * (24 + 26 * len(comparison.studies))
    table = tuple((*row[:3], duration(row[3])) for row in rows)
    return Figure(
        "projected-cost",
        TITLE,
        f"From {duration(low[3])} ({low[2]} on {low[0]}) to {duration(high[3])} ({high[2]} on "
        f"{high[0]}).",
        CAPTION,
        (Plot(_bars(rows, machines, list(comparison.studies), size), layout, height),),
        tables=(DisplayTable(Table(("machine", "fastest training", "study", "time"), table)),),
        data=Table(("machine", "setting", "study", "seconds"), tuple(rows)),
    )


def fastest(recording: "Recording") -> "Measured | None":
    """The training case with the most images per second."""
    training = [case for case in recording.measured if case.group == "training"]
    return max(training, key=lambda case: case.items_per_second, default=None)


def projected_seconds(study: StudyData, case: "Measured") -> float | None:
    """Seconds that all epochs of a study would train; None if its faces are not known."""
    snapshot = study.snapshot
    if not snapshot.data:
        return None
    faces = sum(snapshot.data["counts"].values()) - (snapshot.held_out or 0)
    return float(snapshot.epochs_run * faces / case.items_per_second)


def _rows(comparison: Comparison) -> list[_Row]:
    rows = []
    for machine in labelled(
        [RecordingSet("", (recording,)) for recording in comparison.recordings]
    ):
        case = fastest(machine.recordings.runs[0])
        if case is None:
            continue
        for name, study in comparison.studies.items():
            if seconds := projected_seconds(study, case):
                rows.append((machine.label, setting(case), name, seconds))
    return rows


def _bars(
    rows: Sequence[_Row], machines: Sequence[str], studies: Sequence[str], size: float
) -> tuple[dict[str, Any], ...]:
    labels = dict(zip(machines, distinct(machines), strict=True))
    names = distinct(studies)
    of_study = {name: [row for row in rows if row[2] == name] for name in studies}
    return tuple(
        {
            "type": "bar",
            "orientation": "h",
            "name": names[i],
            "y": [labels[row[0]] for row in of_study[study]],
            "x": [round(row[3] / size, 4) for row in of_study[study]],
            "text": [duration(row[3]) for row in of_study[study]],
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {"color": SERIES[i % len(SERIES)]},
            "hovertemplate": "%{y}: %{text}<extra>%{fullData.name}</extra>",
        }
        for i, study in enumerate(studies)
        if of_study[study]
    )

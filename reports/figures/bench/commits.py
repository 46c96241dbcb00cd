"""Speed over commits, one case at a time, each machine apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.analysis.comparison import Row, compare
from benchmarks.analysis.statistics import median_interval
from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.history import History, commit_time, recorded_time, short_commit
from benchmarks.recordings.recording import Measured
from benchmarks.recordings.recording_set import RecordingSet
from benchmarks.recordings.wording import in_words
from fer.errors import BadInput
from fer.formatting import count
from reports.data.bench_data import BenchData, case_names, labelled
from reports.figures.bench_parts.traces import interval_bars, noisy_symbols
from reports.figures.bench_parts.units import unit_of
from reports.figures.common import missing
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import distinct, listing, plain
from reports.rendering.palette import DASHES, SERIES, SYMBOLS

TITLE = "Speed over commits"
CAPTION = (
    "The median time of a call at each commit, oldest first, with its 95 % bootstrap interval; "
    "lower is faster. Recordings of one machine and commit are taken together. A star marks a "
    "commit whose files had been changed. Open markers are noisy. Machines are never pooled. The "
    "table compares the newest commit with the one before: a difference counts only if it is "
    "larger than the minimum effect of fer bench compare."
)


@dataclass(frozen=True)
class Point:
    """A case at one commit of one machine; seconds of a call."""

    machine: str
    commit: str
    case: Measured
    seconds: float
    low: float
    high: float


def build(data: BenchData) -> Figure:
    """A plot for each case, with a line for each machine."""
    if not data.histories:
        hint = "Every machine was recorded at one commit only: name a folder with recordings of "
        return missing("commits", TITLE, f"{hint}several commits to see its speed over them.")
    machines = labelled([history.newest for history in data.histories])
    names = [machine.label for machine in machines]
    histories = dict(zip(names, data.histories, strict=True))
    labels = commit_labels(data.histories)
    by_case: dict[str, list[Point]] = {}
    for name, history in histories.items():
        for recordings in history.sets:
            for point in _points(name, labels[id(recordings)], recordings):
                by_case.setdefault(point.case.name, []).append(point)
    several = {case: some for case, some in by_case.items() if _has_line(some)}
    changes = {name: _newest_changes(history) for name, history in histories.items()}
    order = list(labels.values())
    choices = case_names([some[0].case for some in several.values()])
    plots = tuple(
        _plot(choice, some, names, order)
        for choice, some in zip(choices, several.values(), strict=True)
    )
    return Figure(
        "commits",
        TITLE,
        " ".join(
            _sentence(name, history, labels, changes[name]) for name, history in histories.items()
        ),
        CAPTION,
        plots,
        tables=tuple(
            _table(name, history, labels, rows)
            for name, history in histories.items()
            if not isinstance(rows := changes[name], str)
        ),
        data=Table(
            ("machine", "commit", "case", "seconds", "low", "high", "n", "noisy"),
            tuple(
                (point.machine, point.commit, case, point.seconds, point.low, point.high,
                 len(point.case.seconds), int(point.case.noisy))
                for case, some in by_case.items()
                for point in some
            ),
        ),
        choose="Case" if plots else "",
    )  # fmt: skip


def commit_labels(histories: Sequence[History]) -> dict[int, str]:
    """The name of each set on the axis, oldest first; sets of two machines share a commit's."""
    ordered = sorted(
        (each for history in histories for each in history.sets),
        key=lambda each: commit_time(each) or recorded_time(each),
    )
    labels: dict[int, str] = {}
    for each in ordered:
        history = next(h for h in histories if any(other is each for other in h.sets))
        taken = {labels[id(other)] for other in history.sets if id(other) in labels}
        label, number = short_commit(each), 2
        while label in taken:
            label, number = f"{short_commit(each)} ({number})", number + 1
        labels[id(each)] = label
    return labels


def _points(name: str, label: str, recordings: RecordingSet) -> list[Point]:
    points = []
    for case in recordings.cases().values():
        low, high = median_interval(recordings.processes(case.name))
        points.append(Point(name, label, case, case.median, low, high))
    return points


def _has_line(points: Sequence[Point]) -> bool:
    """Whether a machine timed the case at more than one commit."""
    machines = [point.machine for point in points]
    return len(set(machines)) < len(machines)


def _plot(name: str, points: Sequence[Point], machines: Sequence[str], order: list[str]) -> Plot:
    unit, size = unit_of(max(point.seconds for point in points))
    names = distinct(machines)
    traces = tuple(
        _line(names[i], i, [point for point in points if point.machine == machine], size)
        for i, machine in enumerate(machines)
        if any(point.machine == machine for point in points)
    )
    here = {point.commit for point in points}
    commits = [plain(label, 40) for label in dict.fromkeys(order) if label in here]
    layout = {
        "showlegend": True,
        "xaxis": {"type": "category", "title": {"text": "commit"}, "categoryorder": "array",
                  "categoryarray": commits},
        "yaxis": {"title": {"text": f"{unit} a call"}, "rangemode": "tozero"},
    }  # fmt: skip
    return Plot(traces, layout, name=name)


def _line(name: str, place: int, points: Sequence[Point], size: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [plain(point.commit, 40) for point in points],
        "y": [float(f"{point.seconds / size:.5g}") for point in points],
        "error_y": interval_bars(
            [(point.seconds / size, point.low / size, point.high / size) for point in points]
        ),
        "line": {"color": SERIES[place % len(SERIES)], "dash": DASHES[place % len(DASHES)]},
        "marker": {
            "size": 9,
            "symbol": noisy_symbols(
                SYMBOLS[place % len(SYMBOLS)], [point.case.noisy for point in points]
            ),
        },
        "customdata": [
            f"{digits(point.seconds)}, 95 % interval {digits(point.low)} to {digits(point.high)}"
            for point in points
        ],
        "hovertemplate": "%{x}: %{customdata}<extra>%{fullData.name}</extra>",
    }


Changes = Sequence[Row] | str
"""The newest commit against the one before, or why they cannot be compared."""


def _newest_changes(history: History) -> Changes:
    try:
        return compare(history.sets[-2], history.sets[-1]).rows
    except BadInput as error:
        return str(error).partition(": ")[2]


def _sentence(name: str, history: History, labels: Mapping[int, str], changes: Changes) -> str:
    before, newest = (labels[id(each)] for each in history.sets[-2:])
    lead = f"{name}, {count(len(history.sets), 'commit')}: {newest} against {before}"
    if isinstance(changes, str):
        return f"{lead} cannot be compared ({changes})."
    words = [row.difference.word for row in changes]
    sentence = (
        f"{lead}: {words.count('faster')} faster, {words.count('slower')} slower, "
        f"{words.count('no difference shown')} with no difference shown, of "
        f"{count(len(words), 'case')}"
    )
    slower = sorted(
        (row for row in changes if row.difference.word == "slower"),
        key=lambda row: -row.difference.ratio,
    )
    if not slower:
        return f"{sentence}."
    worst = [f"{row_name(row)} ({row.difference.ratio:.2f} times the time)" for row in slower[:2]]
    return f"{sentence}; slowed most: {listing(worst)}."


def row_name(row: Row) -> str:
    """Such as ``training: cpu, bf16, batch 128, eager``."""
    return f"{row.group}: {in_words(row.params)}"


def _table(
    name: str, history: History, labels: Mapping[int, str], rows: Sequence[Row]
) -> DisplayTable:
    before, newest = (labels[id(each)] for each in history.sets[-2:])
    columns = ("case", before, newest, "ratio", "95 % interval", "verdict")
    shown = tuple(
        (
            row_name(row),
            digits(row.base_seconds),
            digits(row.other_seconds),
            f"{row.difference.ratio:.3f}",
            f"{row.difference.low:.3f} to {row.difference.high:.3f}",
            row.difference.word + ", noisy" * row.noisy,
        )
        for row in rows
    )
    caption = f"{name}: {newest} against {before}"
    return DisplayTable(Table(columns, shown), caption=caption, folded=True)

"""Worker timeline: when each trial ran, and on which worker."""

from collections.abc import Sequence
from typing import Any

from fer.formatting import count, duration
from reports.data.study_data import StudyData
from reports.figures.common import missing, state
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import scale_of
from reports.rendering.palette import COMPLETE, FAILED, PAPER, PRUNED, UNFINISHED
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord

TITLE = "Worker timeline"
CAPTION = (
    "Each row is a worker, each bar a trial from its start to its end. In a gap, the worker had no "
    "trial, or the study was stopped."
)
_STYLES = {
    "complete": (COMPLETE, ""),
    "pruned": (PRUNED, "/"),
    "failed": (FAILED, "x"),
    "unfinished": (UNFINISHED, "."),
}
_Span = tuple[TrialRecord, float, float]
"""A trial, its start and its end, in seconds since the first trial started."""


def build(data: StudyData) -> Figure:
    """A bar for each trial, a row for each worker."""
    study = data.snapshot
    spans = _spans(study)
    if not spans:
        return missing("timeline", TITLE, "No trial has started.")
    rows_of_trials = worker_rows(spans)
    total = max(end for _, _, end in spans)
    unit, size = scale_of(total)
    traces = []
    for name, (colour, pattern) in _STYLES.items():
        chosen = [span for span in spans if state(span[0]) == name]
        if chosen:
            traces.append(_bars(chosen, rows_of_trials, name, (colour, pattern), size))
    workers = sorted(set(rows_of_trials.values()), key=_numbers)
    layout = {
        "barmode": "overlay",
        "bargap": 0.25,
        "xaxis": {"title": {"text": f"{unit} since the first trial"}, "rangemode": "tozero"},
        "yaxis": {"type": "category", "categoryorder": "array", "showgrid": False,
                  "categoryarray": workers[::-1]},
    }  # fmt: skip
    table = (
        (t.number, state(t), rows_of_trials[t.number], round(begin, 1), round(end, 1),
         t.seconds or 0.0)
        for t, begin, end in spans
    )  # fmt: skip
    return Figure(
        "timeline",
        TITLE,
        _sentence(study, spans, len(workers), total),
        CAPTION,
        (Plot(tuple(traces), layout, height=120 + 46 * len(workers)),),
        data=Table(
            ("trial", "state", "worker", "begin_seconds", "end_seconds", "trained_seconds"),
            tuple(table),
        ),
    )


def _spans(study: Snapshot) -> list[_Span]:
    spans = []
    for trial in study.trials:
        if trial.began is None or study.began is None:
            continue
        begin = (trial.began - study.began).total_seconds()
        end = (
            (trial.ended - study.began).total_seconds()
            if trial.ended
            else begin + (trial.seconds or 0.0)
        )
        spans.append((trial, begin, max(begin, end)))
    return sorted(spans, key=lambda span: (span[1], span[0].number))


def worker_rows(spans: Sequence[_Span]) -> dict[int, str]:
    """The row of each trial, by its number: the first row of its machine that is free.

    Each start of a study has processes of its own, so a row is a place for a worker, not a process.
    """
    hosts = list(dict.fromkeys(trial.host for trial, _, _ in spans))
    free_from: dict[str, list[float]] = {host: [] for host in hosts}
    rows = {}
    for trial, begin, end in spans:
        ends = free_from[trial.host]
        # Optuna stores a trial's end a moment after its worker may have started the next one.
        row = next((i for i, until in enumerate(ends) if until <= begin + 1.0), len(ends))
        ends[row : row + 1] = [end]
        machine = f"machine {hosts.index(trial.host) + 1}, " if len(hosts) > 1 else ""
        rows[trial.number] = f"{machine}worker {row + 1}"
    return rows


def _numbers(name: str) -> list[int]:
    return [int(word) for word in name.replace(",", "").split() if word.isdigit()]


def _bars(
    spans: Sequence[_Span], rows: dict[int, str], name: str, style: tuple[str, str], size: float
) -> dict[str, Any]:
    colour, pattern = style
    return {
        "type": "bar",
        "orientation": "h",
        "base": [round(begin / size, 4) for _, begin, _ in spans],
        "x": [round((end - begin) / size, 4) for _, begin, end in spans],
        "y": [rows[trial.number] for trial, _, _ in spans],
        "customdata": [trial.number for trial, _, _ in spans],
        "name": name,
        "marker": {
            "color": colour,
            "line": {"color": PAPER, "width": 0.5},
            # Overlay: plotly's default would draw the pattern in the colour of the paper on paper.
            "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": PAPER, "size": 7,
                        "solidity": 0.25},
        },
        "hovertemplate": f"trial %{{customdata}}, {name}<extra></extra>",
    }  # fmt: skip


def _sentence(study: Snapshot, spans: Sequence[_Span], workers: int, total: float) -> str:
    busy = sum(end - begin for _, begin, end in spans)
    trial, begin, end = max(spans, key=lambda span: span[2] - span[1])
    share = min(1.0, busy / (workers * total)) if total else 1.0
    parts = [
        f"{count(workers, 'worker')} ran {count(len(spans), 'trial')} in {duration(total)} and "
        f"{'was' if workers == 1 else 'were'} busy {100 * share:.0f}\u00a0% of that time",
        f"the longest, trial {trial.number}, took {duration(end - begin)}",
    ]
    if study.seconds and total - study.seconds > 60:
        parts.append(f"the study itself ran for {duration(study.seconds)} of it")
    return "; ".join(parts) + "."

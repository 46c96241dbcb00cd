"""Worker timeline: when each trial was trained, and on which worker."""

from collections.abc import Sequence
from typing import Any

from fer.formatting import count, duration
from reports.data.study_data import StudyData
from reports.figures.common import group, missing, state
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import scale_of
from reports.rendering.palette import COMPLETE, FAILED, PAPER, PRUNED, REPEATED, UNFINISHED
from search.results.roles import RACE_RUN, REPEATED_RUN
from search.results.snapshot import Snapshot
from search.results.work import WorkSpan, work_on, worker_seconds

TITLE = "Worker timeline"
CAPTION = (
    "Each row is a worker, each bar the work on a trial: a trial that was interrupted and resumed "
    "has several, and the pauses between them are gaps. In other gaps, the worker had no trial, or "
    "the study was stopped. After an interruption, a bar also holds the begun epoch that was lost; "
    "how long a trial took, here and elsewhere, counts finished epochs only."
)
_STYLES = {
    "complete": (COMPLETE, ""),
    "pruned": (PRUNED, "/"),
    "failed": (FAILED, "x"),
    "unfinished": (UNFINISHED, "."),
    REPEATED_RUN: (REPEATED, "-"),
    RACE_RUN: (REPEATED, "|"),
}
_Bar = tuple[WorkSpan, float, float, str]
"""A span, its start and its end in seconds since the first one started, and its row."""


def build(data: StudyData) -> Figure:
    """A bar for each attempt at a trial, a row for each worker."""
    study = data.snapshot
    bars = bars_of([span for trial in study.trials for span in work_on(trial)])
    if not bars:
        return missing("timeline", TITLE, "No trial has started.")
    total = max(end for _, _, end, _ in bars)
    unit, size = scale_of(total)
    traces = []
    for name, style in _STYLES.items():
        chosen = [bar for bar in bars if group(bar[0].trial) == name]
        if chosen:
            traces.append(_trace(chosen, name, style, unit, size))
    workers = sorted({row for *_, row in bars}, key=_numbers)
    layout = {
        "barmode": "overlay",
        "bargap": 0.25,
        "xaxis": {"title": {"text": f"{unit} since the first trial"}, "rangemode": "tozero"},
        "yaxis": {"type": "category", "categoryorder": "array", "showgrid": False,
                  "categoryarray": workers[::-1]},
    }  # fmt: skip
    table = (
        (span.trial.number, state(span.trial), row, round(begin, 1), round(end, 1),
         "exact" if span.exact else "approximate", span.trial.seconds or 0.0)
        for span, begin, end, row in bars
    )  # fmt: skip
    return Figure(
        "timeline",
        TITLE,
        _sentence(study, bars, len(workers), total),
        CAPTION,
        (Plot(tuple(traces), layout, height=120 + 46 * len(workers)),),
        data=Table(
            ("trial", "state", "worker", "begin_seconds", "end_seconds", "times",
             "trained_seconds_of_the_trial"),
            tuple(table),
        ),
    )  # fmt: skip


def bars_of(spans: Sequence[WorkSpan]) -> list[_Bar]:
    """The bars in the order of their start, each in the first row of its machine that is free.

    Each start of a study has processes of its own, so a row is a place for a worker, not a process.
    """
    spans = sorted(spans, key=lambda span: (span.began, span.trial.number))
    hosts = list(dict.fromkeys(span.host for span in spans))
    free_from: dict[str, list[float]] = {host: [] for host in hosts}
    bars = []
    for span in spans:
        begin = (span.began - spans[0].began).total_seconds()
        end = begin + max(0.0, span.seconds)
        ends = free_from[span.host]
        # A trial's end is stored a moment after its worker may have started the next one.
        row = next((i for i, until in enumerate(ends) if until <= begin + 1.0), len(ends))
        ends[row : row + 1] = [end]
        machine = f"machine {hosts.index(span.host) + 1}, " if len(hosts) > 1 else ""
        bars.append((span, begin, end, f"{machine}worker {row + 1}"))
    return bars


def _numbers(name: str) -> list[int]:
    return [int(word) for word in name.replace(",", "").split() if word.isdigit()]


def _trace(
    bars: Sequence[_Bar], name: str, style: tuple[str, str], unit: str, size: float
) -> dict[str, Any]:
    colour, pattern = style
    return {
        "type": "bar",
        "orientation": "h",
        "base": [round(begin / size, 4) for _, begin, _, _ in bars],
        "x": [round((end - begin) / size, 4) for _, begin, end, _ in bars],
        "y": [row for *_, row in bars],
        "customdata": [span.trial.number for span, *_ in bars],
        "name": name,
        "marker": {
            "color": colour,
            "line": {"color": PAPER, "width": 0.5},
            # Overlay: plotly's default would draw the pattern in the colour of the paper on paper.
            "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": PAPER, "size": 7,
                        "solidity": 0.25},
        },
        "hovertemplate": f"trial %{{customdata}}, {name}: %{{x:.3~g}} {unit}<extra></extra>",
    }  # fmt: skip


def _sentence(study: Snapshot, bars: Sequence[_Bar], workers: int, total: float) -> str:
    spans = [span for span, *_ in bars]
    work = sum(span.seconds for span in spans)
    trials = {span.trial.number: span.trial for span in spans}
    lead = (
        f"{count(workers, 'worker')} did {duration(work)} of work on {count(len(trials), 'trial')}"
    )
    if available := worker_seconds(study.sessions):
        busy = f"{100 * min(1.0, work / available):.0f}\u00a0%"
        was = "was" if workers == 1 else "were"
        lead += f", and {was} busy {busy} of the time in which the study ran"
    parts = [lead]
    longest = max(trials.values(), key=lambda trial: trial.seconds or 0.0)
    if longest.seconds:
        parts.append(f"the longest, trial {longest.number}, took {duration(longest.seconds)}")
    resumed = sum(len(trial.attempts) > 1 for trial in trials.values())
    if resumed:
        parts.append(f"{count(resumed, 'trial was', 'trials were')} interrupted and resumed")
    if study.seconds and total - study.seconds > 60:
        parts.append(f"the study was stopped for {duration(total - study.seconds)} in between")
    sentences = [f"{'; '.join(parts)}."]
    guessed = len({span.trial.number for span in spans if not span.exact})
    if guessed:
        which = f"For {count(guessed, 'trial')}" if guessed < len(trials) else "For these trials"
        sentences.append(
            f"{which}, the study has no times of pauses, as an earlier version ran it: a bar there "
            "is as long as the training, and its place in time is approximate."
        )
    return " ".join(sentences)

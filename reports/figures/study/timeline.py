"""When each trial ran, and beside which others."""

from collections.abc import Sequence
from typing import Any

from optuna.trial import FrozenTrial

from reports.data.study_data import Material, began, seconds_of
from reports.figures.common import missing, state
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import count, duration, scale_of
from reports.rendering.palette import COMPLETE, FAILED, PAPER, PRUNED, UNFINISHED

TITLE = "Who worked when"
_STYLES = {
    "complete": (COMPLETE, ""),
    "pruned": (PRUNED, "/"),
    "failed": (FAILED, "x"),
    "unfinished": (UNFINISHED, "."),
}


def timeline(material: Material) -> Figure:
    """A bar a trial, a row a worker."""
    spans = _spans(material)
    if not spans:
        return missing("timeline", TITLE, "No trial has begun.")
    lanes = lanes_of(spans)
    total = max(end for _, _, end in spans)
    unit, size = scale_of(total)
    traces = []
    for name, (colour, pattern) in _STYLES.items():
        chosen = [(t, begin, end) for t, begin, end in spans if state(t) == name]
        if chosen:
            traces.append(_bars(chosen, lanes, name, (colour, pattern), size))
    layout = {
        "barmode": "overlay",
        "bargap": 0.25,
        "xaxis": {"title": {"text": f"{unit} since the study began"}, "rangemode": "tozero"},
        "yaxis": {"type": "category", "categoryorder": "array", "showgrid": False,
                  "categoryarray": sorted(set(lanes.values()), key=_natural)[::-1]},
    }  # fmt: skip
    rows = (
        (t.number, state(t), lanes[t.number], round(begin, 1), round(end, 1), seconds_of(t))
        for t, begin, end in spans
    )
    return Figure(
        "timeline",
        TITLE,
        _sentence(material, spans, lanes, total),
        "Each bar is a trial, from when it was handed out to when it ended; each row is a worker. "
        "Gaps are times in which a worker had nothing to do, or the study stood still.",
        (Plot(tuple(traces), layout, height=120 + 46 * len(set(lanes.values()))),),
        data=Table(
            ("trial", "state", "worker", "begin_seconds", "end_seconds", "trained_seconds"),
            tuple(rows),
        ),
    )


_Span = tuple[FrozenTrial, float, float]


def _spans(material: Material) -> list[_Span]:
    start = began(material.trials)
    found = []
    for trial in material.trials:
        if trial.datetime_start is None or start is None:
            continue
        begin = (trial.datetime_start - start).total_seconds()
        end = (
            (trial.datetime_complete - start).total_seconds()
            if trial.datetime_complete
            else begin + seconds_of(trial)
        )
        found.append((trial, begin, max(begin, end)))
    return sorted(found, key=lambda span: (span[1], span[0].number))


def lanes_of(spans: Sequence[_Span]) -> dict[int, str]:
    """A row for each trial: the first one that is free, of its machine.

    Processes come and go with each start of a study, so a worker is a place, not a process.
    """
    hosts = list(dict.fromkeys(_host(trial) for trial, _, _ in spans))
    free: dict[str, list[float]] = {host: [] for host in hosts}
    lanes = {}
    for trial, begin, end in spans:
        ends = free[_host(trial)]
        # Optuna notes an end a moment after the next trial of the same worker may have begun.
        lane = next((i for i, until in enumerate(ends) if until <= begin + 1.0), len(ends))
        ends[lane : lane + 1] = [end]
        where = f"machine {hosts.index(_host(trial)) + 1}, " if len(hosts) > 1 else ""
        lanes[trial.number] = f"{where}worker {lane + 1}"
    return lanes


def _host(trial: FrozenTrial) -> str:
    owner = trial.user_attrs.get("owner")
    return str(owner.get("host", "")) if isinstance(owner, dict) else ""


def _natural(name: str) -> list[int]:
    return [int(word) for word in name.replace(",", "").split() if word.isdigit()]


def _bars(
    spans: Sequence[_Span], lanes: dict[int, str], name: str, style: tuple[str, str], size: float
) -> dict[str, Any]:
    colour, pattern = style
    return {
        "type": "bar",
        "orientation": "h",
        "base": [round(begin / size, 4) for _, begin, _ in spans],
        "x": [round((end - begin) / size, 4) for _, begin, end in spans],
        "y": [lanes[trial.number] for trial, _, _ in spans],
        "customdata": [trial.number for trial, _, _ in spans],
        "name": name,
        "marker": {
            "color": colour,
            "line": {"color": PAPER, "width": 0.5},
            # Over the colour: plotly's other way would be paper on paper.
            "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": PAPER, "size": 7,
                        "solidity": 0.25},
        },
        "hovertemplate": f"trial %{{customdata}}, {name}<extra></extra>",
    }  # fmt: skip


def _sentence(
    material: Material, spans: Sequence[_Span], lanes: dict[int, str], total: float
) -> str:
    workers = len(set(lanes.values()))
    busy = sum(end - begin for _, begin, end in spans)
    longest = max(spans, key=lambda span: span[2] - span[1])
    share = min(1.0, busy / (workers * total)) if total else 1.0
    parts = [
        f"{count(workers, 'worker')} did {count(len(spans), 'trial')} in {duration(total)}"
        f" and were busy {100 * share:.0f}\u00a0% of that time",
        f"the longest, trial {longest[0].number}, took {duration(longest[2] - longest[1])}",
    ]
    if material.seconds and total - material.seconds > 60:
        parts.append(f"the study itself ran for {duration(material.seconds)} of it")
    return "; ".join(parts) + "."

"""Projected cost: the time that each study would train on each benchmarked machine."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.recordings.recording_set import RecordingSet
from benchmarks.recordings.wording import in_words
from fer.formatting import count, duration
from reports.data.bench_data import labelled
from reports.data.comparison import Comparison
from reports.data.prices import Check, Price, check, price
from reports.figures.bench_parts.traces import interval_bars
from reports.figures.common import missing, names_above
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import distinct, listing, plain, scale_of
from reports.rendering.palette import INK, SERIES, SYMBOLS

TITLE = "Projected cost"
CAPTION = (
    "The work of each trial is counted from the network that its recipe builds: operations and "
    "bytes for an image, times its training faces and the epochs that it ran, with the evaluation "
    "of the held-out faces. The machine's speed is what it sustained in the nearest training case "
    "that was measured there. The time is the geometric mean of the projections by operations and "
    "by bytes; the bar holds both, the 95 % interval of the case's median, and the deviation found "
    "on the machine where the study ran. Start-up is left out."
)
Checks = Mapping[str, tuple[Check, ...]]
"""The checks of each study, on the benchmarked machines that it ran on."""


def build(comparison: Comparison) -> Figure:
    """A row for each study on each machine, and the projection checked where a study ran."""
    if not comparison.recordings:
        hint = "Add --bench FILE.json, a recording of fer bench run, to project the cost."
        return missing("projected-cost", TITLE, hint)
    machines = labelled([RecordingSet("", (recording,)) for recording in comparison.recordings])
    checks = {
        name: tuple(found for machine in machines if (found := check(study, machine)))
        for name, study in comparison.studies.items()
    }
    prices = [
        price(name, study, machine, next(iter(checks[name]), None))
        for machine in machines
        for name, study in comparison.studies.items()
    ]
    priced = [each for each in prices if not each.missing]
    sentences = [*_check_sentences(checks), *_missing_sentences(prices)]
    if priced:
        sentences.insert(0, _range(priced))
    plots = []
    if priced:
        plots.append(_plot(priced, list(comparison.studies)))
    if any(checks.values()):
        plots.append(_check_plot(checks))
    return Figure(
        "projected-cost",
        TITLE,
        " ".join(sentences),
        CAPTION,
        tuple(plots),
        tables=(
            DisplayTable(
                Table(
                    ("machine", "study", "time", "interval", "from the measured case"),
                    tuple(map(_shown, prices)),
                )
            ),
        ),
        data=Table(
            ("machine", "study", "seconds", "low", "high", "no_price"),
            tuple(
                (each.machine, each.study, None, None, None, each.missing)
                if each.missing
                else (each.machine, each.study, each.seconds, each.low, each.high, "")
                for each in prices
            ),
        ),
    )


def _range(prices: Sequence[Price]) -> str:
    if len(prices) == 1:
        [one] = prices
        return f"{one.study} would train {duration(one.seconds)} on {one.machine}."
    low, high = (choose(prices, key=lambda each: each.seconds) for choose in (min, max))
    return (
        f"From {duration(low.seconds)} ({low.study} on {low.machine}) to "
        f"{duration(high.seconds)} ({high.study} on {high.machine})."
    )


def _check_sentences(checks: Checks) -> list[str]:
    """How far the projection is from what was measured, or that nothing was."""
    sentences = []
    unchecked = [name for name, found in checks.items() if not found]
    for name, found in checks.items():
        for each in found:
            low, high = each.ends
            trials = count(len(each.trials), "trial")
            single = (
                f" ({low:.2f} to {high:.2f} for a single trial)" if len(each.trials) > 1 else ""
            )
            sentences.append(
                f"On {each.machine}, where {name} ran, its {trials} took {each.ratio:.2f} times "
                f"the projected seconds{single}{_load(each)}."
            )
    if unchecked:
        sentences.append(
            f"{listing(unchecked)} ran on none of these machines, so the projection is not checked."
        )
    return sentences


def _load(each: Check) -> str:
    if each.load is None:
        return ""
    return f", at a mean load of {each.load:.1f} on {count(each.cores, 'core')}"


def _missing_sentences(prices: Sequence[Price]) -> list[str]:
    return [
        f"No price of {each.study} on {each.machine}: {each.missing}."
        for each in prices
        if each.missing
    ]


def _shown(each: Price) -> tuple[str, ...]:
    if each.missing:
        return (each.machine, each.study, "no price", "–", each.missing)
    return (each.machine, each.study, duration(each.seconds), _interval(each), _cases(each))


def _cases(each: Price) -> str:
    """Such as ``cpu, bf16, eager, batch 32 to 256 (31 trials)``."""
    case = each.cases[0][0]
    batches = sorted(int(one.params["batch"]) for one, _ in each.cases)
    trials = count(sum(number for _, number in each.cases), "trial")
    last = f" to {batches[-1]:,}" if len(batches) > 1 else ""
    return f"{in_words(case.params, ('batch',))}, batch {batches[0]:,}{last} ({trials})"


def _interval(each: Price) -> str:
    return f"{duration(each.low)} to {duration(each.high)}"


def _plot(prices: Sequence[Price], studies: Sequence[str]) -> Plot:
    unit, size = scale_of(max(each.high for each in prices))
    labels = distinct(
        [
            f"{plain(each.machine, 18)}, {plain(each.study, 18)}: {duration(each.seconds)}"
            for each in prices
        ],
        70,
    )
    rows = list(zip(labels, prices, strict=True))
    names = distinct(studies)
    traces = tuple(
        {
            "type": "scatter",
            "mode": "markers",
            "name": names[i],
            "y": [label for label, _ in here],
            "x": [round(each.seconds / size, 4) for _, each in here],
            "error_x": interval_bars(
                [(each.seconds / size, each.low / size, each.high / size) for _, each in here]
            ),
            "customdata": [f"{duration(each.seconds)}, {_interval(each)}" for _, each in here],
            "marker": {
                "size": 10,
                "color": SERIES[i % len(SERIES)],
                "symbol": SYMBOLS[i % len(SYMBOLS)],
            },
            "hovertemplate": "%{customdata}<extra>%{fullData.name}</extra>",
        }
        for i, study in enumerate(studies)
        if (here := [row for row in rows if row[1].study == study])
    )
    layout = names_above(labels, 13, grid=True) | {
        "showlegend": True,
        "xaxis": {"title": {"text": unit}, "rangemode": "tozero"},
    }
    return Plot(traces, layout, height=140 + 38 * len(rows), name="projected")


def _check_plot(checks: Checks) -> Plot:
    """Measured against projected seconds, a dot for each trial."""
    found = [(name, each) for name, some in checks.items() for each in some]
    most = max(max(t.measured, t.projected) for _, each in found for t in each.trials)
    unit, size = scale_of(most)
    names = distinct([f"{name} on {each.machine}" for name, each in found], 44)
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": names[i],
            "x": [round(trial.projected / size, 4) for trial in each.trials],
            "y": [round(trial.measured / size, 4) for trial in each.trials],
            "customdata": [[trial.number, round(trial.ratio, 2)] for trial in each.trials],
            "marker": {
                "size": 8,
                "color": SERIES[i % len(SERIES)],
                "symbol": SYMBOLS[i % len(SYMBOLS)],
            },
            "hovertemplate": "trial %{customdata[0]}: %{customdata[1]} times the projection"
            "<extra>%{fullData.name}</extra>",
        }
        for i, (_, each) in enumerate(found)
    ]
    end = round(1.05 * most / size, 4)
    line = {
        "type": "scatter", "mode": "lines", "name": "as projected", "x": [0, end], "y": [0, end],
        "line": {"color": INK, "dash": "dot", "width": 1}, "hoverinfo": "skip",
    }  # fmt: skip
    layout = {
        "showlegend": True,
        "xaxis": {"title": {"text": f"projected {unit} of a trial"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": f"measured {unit}"}, "rangemode": "tozero"},
    }
    return Plot((*traces, line), layout, name="checked")

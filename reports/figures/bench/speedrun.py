"""Accuracy against time: whole training runs of recipes that were trained side by side."""

from collections.abc import Sequence

from benchmarks.analysis.speedrun import Entry, SpeedRun, speed_run
from benchmarks.recordings.recording import Measured
from fer.formatting import percent
from reports.data.bench_data import BenchData
from reports.figures.common import missing
from reports.figures.log_axis import log_axis
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import plain
from reports.rendering.palette import INK, SERIES, SYMBOLS

TITLE = "Time to accuracy"


def build(data: BenchData) -> Figure:
    """The curves of every run with the goal, and a table of the recipes."""
    timed = {machine.label: cases for machine in data.machines if (cases := machine.of("speedrun"))}
    if not timed:
        return missing("speedrun", TITLE, "No recipe was timed by fer bench speedrun.")
    results = {label: speed_run(cases) for label, cases in timed.items()}
    return Figure(
        "speedrun",
        TITLE,
        " ".join(sentences(data)),
        "One line a run; runs with the same seed held out the same faces. The clock starts before "
        "the faces are read, and evaluations count. A recipe reaches the goal if the mean accuracy "
        "of its last epochs is the goal, within one standard error.",
        tuple(_plot(label, cases, results[label].goal) for label, cases in timed.items()),
        tables=(DisplayTable(_table(results)),),
        data=Table(
            ("machine", "recipe", "run", "epoch", "seconds", "accuracy"),
            tuple(
                (label, str(case.params["recipe"]), run, epoch, seconds, accuracy)
                for label, cases in timed.items()
                for case in cases
                for run, curve in enumerate(case.extra["curves"], start=1)
                for epoch, (seconds, accuracy) in enumerate(curve, start=1)
            ),
        ),
    )


def sentences(data: BenchData) -> tuple[str, ...]:
    """Whether each contender reaches the goal, and how much faster; empty if none was timed."""
    return tuple(
        _sentence(label, result, entry)
        for label, cases in _timed(data).items()
        for result in [speed_run(cases)]
        for entry in result.contenders
    )


def _timed(data: BenchData) -> dict[str, tuple[Measured, ...]]:
    """The cases of each machine that has some."""
    return {m.label: cases for m in data.machines if (cases := m.of("speedrun"))}


def _sentence(label: str, result: SpeedRun, entry: Entry) -> str:
    reference = result.reference.name
    whose = f", {reference}'s mean" if result.own_goal else ""
    speed = (
        f"{entry.speedup:.2f} times as fast as {reference} (95\u00a0% interval {entry.low:.2f} to "
        f"{entry.high:.2f})"
    )
    word = "reaches" if entry.reached else "misses"
    return f"{label}: {entry.name} {word} {percent(result.goal)}{whose}, {speed}."


def _plot(label: str, cases: Sequence[Measured], goal: float) -> Plot:
    traces = tuple(
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": plain(str(case.params["recipe"]), 40),
            "legendgroup": str(number),
            "showlegend": run == 0,
            "x": [round(seconds, 3) for seconds, _ in curve],
            "y": [round(100 * accuracy, 3) for _, accuracy in curve],
            "line": {"color": SERIES[number % len(SERIES)], "width": 1.2},
            "marker": {"symbol": SYMBOLS[number % len(SYMBOLS)], "size": 5},
            "hovertemplate": f"run {run + 1}: %{{x:.1f}} s, %{{y:.2f}} %"
            "<extra>%{fullData.name}</extra>",
        }
        for number, case in enumerate(cases)
        for run, curve in enumerate(case.extra["curves"])
    )
    seconds = [point[0] for case in cases for curve in case.extra["curves"] for point in curve]
    layout = {
        "xaxis": {"type": "log", "title": {"text": f"seconds ({plain(label, 40)})"}}
                 | log_axis(seconds),
        "yaxis": {"title": {"text": "validation accuracy (%)"}},
        "shapes": [
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 100 * goal, "y1": 100 * goal,
             "line": {"color": INK, "dash": "dash", "width": 1}}
        ],
    }  # fmt: skip
    return Plot(traces, layout, height=420, name=label)


def _table(results: dict[str, SpeedRun]) -> Table:
    return Table(
        ("machine", "recipe", "epochs", "seconds a run", "accuracy", "goal", "times as fast"),
        tuple(
            (
                label,
                entry.name,
                entry.epochs,
                f"{entry.seconds:.1f} ± {entry.seconds_sd:.1f}",
                f"{percent(entry.accuracy)} ± {100 * entry.accuracy_sd:.2f} (n = {entry.n})",
                "reference" if entry is result.reference else _goal(entry),
                "" if entry is result.reference else
                f"{entry.speedup:.2f} ({entry.low:.2f} to {entry.high:.2f})",
            )
            for label, result in results.items()
            for entry in (result.reference, *result.contenders)
        ),
    )  # fmt: skip


def _goal(entry: Entry) -> str:
    word = "reached" if entry.reached else "missed"
    side = "above" if entry.behind <= 0 else "below"
    error = 100 * entry.error
    return f"{word}: {100 * abs(entry.behind):.2f} ± {error:.2f} points {side}"

"""Seconds of an epoch by machine, device, precision and batch size, in a single run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.analysis.epochs import EpochTime, epoch_times
from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.recording import EPOCH
from fer.formatting import count
from reports.data.bench_data import NOISY, BenchData, Machine, noise, setting
from reports.figures.bench_parts.batch_curves import Point, Quantity, plots, swept
from reports.figures.bench_parts.traces import interval_bars, noisy_symbols
from reports.figures.common import missing, names_above
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import distinct, shortened
from reports.rendering.palette import SERIES, SYMBOLS

TITLE = "Seconds an epoch by machine"
FACES = 16_175
"""FER2013's training images of three classes; a tenth of them is held out."""
PUBLISHED_BATCH = 128
LABEL = 52
"""Letters of a row's name that a phone has room for."""
CAPTION = (
    f"One run that has the machine to itself. FER2013 has {FACES:,} training faces of the three "
    f"classes; a tenth is held out, so an epoch is {EPOCH:,} faces. The time is that of the "
    "training steps at the median of the samples, without evaluation; a bar is the 95 % bootstrap "
    "interval of the median within the recording. Several processes at once are a throughput, not "
    "an epoch's time, and are shown under “Scaling with batch size and processes”. Open markers "
    "are noisy. "
)


@dataclass(frozen=True)
class Row:
    """A machine, device and precision, with its times at each batch size."""

    device: str
    machine: str
    setting: str
    times: tuple[EpochTime, ...]

    @property
    def shown(self) -> tuple[EpochTime, ...]:
        """At the published batch size, and at the fastest where that is another."""
        published = next((time for time in self.times if time.batch == PUBLISHED_BATCH), None)
        best = quickest(self.times)
        return (best,) if published in (None, best) else (published, best)


def build(data: BenchData) -> Figure:
    """A row for each machine, device and precision; then curves over the batch size."""
    times = {machine.label: epoch_times(machine.recordings) for machine in data.machines}
    timed = [time for some in times.values() for time in some]
    if not timed:
        return missing("epoch-seconds", TITLE, "No single training run was timed.")
    rows = [row for machine in data.machines for row in _rows(machine, times[machine.label])]
    machines = [machine for machine in data.machines if times[machine.label]]
    return Figure(
        "epoch-seconds",
        TITLE,
        " ".join(_sentence(machine, times[machine.label]) for machine in machines)
        + noise([time.case for time in timed]),
        CAPTION + NOISY,
        (
            *(
                _plot(device, here)
                for device in ("cpu", "cuda")
                if (here := [row for row in rows if row.device == device])
            ),
            *plots(_points(times), Quantity("seconds an epoch", "%{y:.3~g} s an epoch")),
        ),
        tables=(_table(times),),
        data=Table(
            ("machine", "device", "case", "batch", "epoch_seconds", "low", "high", "n", "noisy"),
            tuple(
                (label, each.device, each.case.name, each.batch, each.seconds, each.low, each.high,
                 len(each.case.seconds), int(each.case.noisy))
                for label, some in times.items()
                for each in some
            ),
        ),
    )  # fmt: skip


def quickest(times: Sequence[EpochTime]) -> EpochTime:
    """The time of the fastest case."""
    return min(times, key=lambda time: time.seconds)


def _rows(machine: Machine, times: Sequence[EpochTime]) -> list[Row]:
    """Such as ``laptop, bf16``; the mode too where it is not the usual one."""
    rows: dict[tuple[str, str], list[EpochTime]] = {}
    for time in times:
        if swept(time.case):
            words = setting(time.case, ("batch", "device", "mode"))
            mode = setting(time.case, set(time.case.params) - {"mode"})
            parts = (words, "" if mode == "eager" else mode)
            rows.setdefault((time.device, ", ".join(filter(None, parts))), []).append(time)
    return [Row(device, machine.label, name, tuple(some)) for (device, name), some in rows.items()]


def _plot(device: str, rows: Sequence[Row]) -> Plot:
    """Each row at the published batch size and at its fastest, the fastest row first."""
    ordered = sorted(rows, key=lambda row: row.shown[0].seconds)
    labels = distinct([_label(row) for row in ordered], 70)
    dots: dict[str, list[tuple[str, EpochTime]]] = {}
    for label, row in zip(labels, ordered, strict=True):
        for time in row.shown:
            published = time.batch == PUBLISHED_BATCH
            kind = f"batch {PUBLISHED_BATCH}" if published else "fastest batch size"
            dots.setdefault(kind, []).append((label, time))
    traces = tuple(_dots(kind, some, i) for i, (kind, some) in enumerate(sorted(dots.items())))
    layout = names_above(labels, 13, grid=True) | {
        "showlegend": True,
        "xaxis": {"title": {"text": f"seconds an epoch ({device.upper()})"},
                  "rangemode": "tozero"},
    }  # fmt: skip
    return Plot(traces, layout, height=140 + 38 * len(rows), name=f"{device}, by machine")


def _label(row: Row) -> str:
    """Such as ``laptop, bf16: 10.4 s, 9.04 s at 1,024``, the first of batch 128."""
    values = [
        digits(time.seconds) + (f" at {time.batch:,}" if time.batch != PUBLISHED_BATCH else "")
        for time in row.shown
    ]
    setting_and_values = f", {row.setting}: {', '.join(values)}"
    return shortened(row.machine, max(8, LABEL - len(setting_and_values))) + setting_and_values


def _dots(kind: str, times: Sequence[tuple[str, EpochTime]], place: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": kind,
        "y": [name for name, _ in times],
        "x": [float(f"{time.seconds:.5g}") for _, time in times],
        "error_x": interval_bars([(time.seconds, time.low, time.high) for _, time in times]),
        "marker": {
            "size": 10,
            "color": SERIES[place],
            "symbol": noisy_symbols(SYMBOLS[place], [time.case.noisy for _, time in times]),
        },
        "customdata": [
            f"{digits(time.seconds)} at batch {time.batch:,}, 95 % interval {digits(time.low)} to "
            f"{digits(time.high)}{', noisy' * time.case.noisy}"
            for _, time in times
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _points(times: Mapping[str, Sequence[EpochTime]]) -> list[Point]:
    return [
        Point(label, time.case, time.seconds, time.low, time.high)
        for label, some in times.items()
        for time in some
    ]


def _sentence(machine: Machine, times: Sequence[EpochTime]) -> str:
    """At the published batch size first, then at the fastest, where that is another."""
    best = quickest(times)
    published = [time for time in times if time.batch == PUBLISHED_BATCH]
    usual = quickest(published) if published else best
    whose = "the published batch size" if published else "the fastest setting"
    sentence = f"{machine.label}: {_in_words(usual)}, {whose}"
    return f"{sentence}; at best {_in_words(best)}." if best is not usual else f"{sentence}."


def _in_words(time: EpochTime) -> str:
    noisy = "noisy, " if time.case.noisy else ""
    return (
        f"{digits(time.seconds)} an epoch ({noisy}95\u00a0% interval {digits(time.low)} to "
        f"{digits(time.high)}) with {setting(time.case, ('device',))}"
    )


def _table(times: Mapping[str, Sequence[EpochTime]]) -> DisplayTable:
    columns = ("machine", "setting", "seconds an epoch", "95 % interval", "n", "")
    rows = tuple(
        (
            label,
            setting(time.case),
            digits(time.seconds),
            f"{digits(time.low)} to {digits(time.high)}",
            len(time.case.seconds),
            "noisy" if time.case.noisy else "",
        )
        for label, some in times.items()
        for time in some
    )
    caption = f"All {count(len(rows), 'training case')} of a single run"
    return DisplayTable(Table(columns, rows), caption=caption, folded=True)

"""Ours against what people write instead: a ``DataLoader`` with torchvision's transforms."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.analysis.comparison import timed_interleaved
from benchmarks.analysis.statistics import TimeRatio, compare_apart, compare_interleaved
from benchmarks.cases.dataloader import OURS, workers_and_layout
from benchmarks.recordings.recording import Measured
from fer.formatting import count, rate
from reports.figures.bench.recording_sets import NOISY, Machine, noise, spread
from reports.figures.common import missing, names_above
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import plain
from reports.rendering.palette import BLUE, ORANGE

TITLE = "Ours against a DataLoader"


@dataclass(frozen=True)
class LoaderComparison:
    """A DataLoader beside ours on one machine and device.

    Attributes:
        difference: its time against ours; above 1 is slower.
        interleaved: whether both were timed round by round in one process.
    """

    machine: str
    device: str
    ours: Measured
    case: Measured
    difference: TimeRatio
    interleaved: bool

    @property
    def words(self) -> str:
        """Such as ``DataLoader, 2 workers``."""
        workers, layout = workers_and_layout(str(self.case.params["feed"]))
        words = ", channels first" if layout == "contiguous" else ""
        return f"DataLoader, {count(workers, 'worker')}{words}"


def loader(machines: Sequence[Machine]) -> Figure:
    """Bars of images per second, and the ratios with their intervals."""
    found = loader_comparisons(machines)
    if not found:
        return missing("dataloader", TITLE, "The DataLoader was not timed beside ours.")
    timed = [rival.ours for rival in found] + [rival.case for rival in found]
    devices = dict.fromkeys(rival.device for rival in found)
    bars = {device: _bars([r for r in found if r.device == device]) for device in devices}
    return Figure(
        "dataloader",
        TITLE,
        " ".join(_sentences(found)) + noise(list({id(case): case for case in timed}.values())),
        "torchvision.transforms.v2 in a DataLoader: the same network, batch, optimiser, precision "
        "(fp32) and ranges of augmentation, with its faces decoded in memory. Both were timed in "
        f"turns, round by round, so that the ratio holds on a noisy machine. {NOISY}",
        tuple(_plot(device, some) for device, some in bars.items()),
        tables=(
            DisplayTable(
                Table(
                    ("machine", "against", "ours is faster", "95 % interval", "rounds", "verdict"),
                    tuple(_shown(rival) for rival in found),
                )
            ),
        ),
        data=Table(
            ("machine", "device", "against", "ours_images_per_second", "images_per_second",
             "times_as_fast", "low", "high", "p", "interleaved"),
            tuple(
                (r.machine, r.device, r.words, r.ours.items_per_second, r.case.items_per_second,
                 r.difference.ratio, r.difference.low, r.difference.high, r.difference.p,
                 int(r.interleaved))
                for r in found
            ),
        ),
    )  # fmt: skip


Bars = dict[str, tuple[Measured, str]]
"""The case and the colour of each bar, by its name."""


def _bars(found: list[LoaderComparison]) -> Bars:
    bars: Bars = {}
    for rival in found:
        bars.setdefault(f"{rival.machine}, ours", (rival.ours, BLUE))
        bars[f"{rival.machine}, {rival.words}"] = (rival.case, ORANGE)
    return {plain(f"{name}: {_told(bar[0])}", 60): bar for name, bar in bars.items()}


def _told(case: Measured) -> str:
    return f"{rate(case.items_per_second)}/s" + " (noisy)" * case.noisy


def _plot(device: str, bars: Bars) -> Plot:
    spreads = [spread(case) for case, _ in bars.values()]
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(bars),
        "x": [round(case.items_per_second, 2) for case, _ in bars.values()],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [round(each["fast"], 3) for each in spreads],
            "arrayminus": [round(each["slow"], 3) for each in spreads],
            "thickness": 1.5,
        },
        "marker": {"color": [colour for _, colour in bars.values()]},
        "hovertemplate": "%{x:,.0f} images/s<extra>%{y}</extra>",
    }
    layout = names_above(list(bars), 20) | {
        "showlegend": False,
        "bargap": 0.55,
        "xaxis": {"title": {"text": f"images/s ({device.upper()})"}, "rangemode": "tozero"},
    }
    return Plot((trace,), layout, height=90 + 52 * len(bars), name=device)


def loader_comparisons(machines: Sequence[Machine]) -> list[LoaderComparison]:
    """Every DataLoader with ours of the same machine and device."""
    found = []
    for machine in machines:
        timed = machine.of("dataloader")
        ours = {str(c.params["device"]): c for c in timed if c.params.get("feed") == OURS}
        for case in timed:
            device = str(case.params["device"])
            if case.params.get("feed") == OURS or device not in ours:
                continue
            base = ours[device]
            interleaved = timed_interleaved(base, case) and len(machine.recordings.runs) == 1
            difference = (
                compare_interleaved(base.seconds, case.seconds)
                if interleaved
                else compare_apart(
                    machine.recordings.processes(base.name), machine.recordings.processes(case.name)
                )
            )
            found.append(
                LoaderComparison(machine.label, device, base, case, difference, interleaved)
            )
    return found


def _sentences(found: list[LoaderComparison]) -> list[str]:
    said = []
    for machine, device in dict.fromkeys((rival.machine, rival.device) for rival in found):
        here = [r for r in found if (r.machine, r.device) == (machine, device)]
        best = min(here, key=lambda rival: rival.difference.ratio)
        ratio = best.difference
        said.append(
            f"On {machine} ({device.upper()}) ours takes {rate(best.ours.items_per_second)} "
            f"images/s, the best DataLoader ({best.words.partition(', ')[2]}) "
            f"{rate(best.case.items_per_second)}: {ratio.ratio:.2f} times as fast "
            f"({ratio.low:.2f} to {ratio.high:.2f})."
        )
    return said


def _shown(rival: LoaderComparison) -> tuple[str | int, ...]:
    found = rival.difference
    words = {"slower": "ours is faster", "faster": "ours is slower"}
    return (
        f"{rival.machine}, {rival.device}",
        rival.words,
        f"{found.ratio:.2f} times",
        f"{found.low:.2f} to {found.high:.2f}",
        min(len(rival.ours.seconds), len(rival.case.seconds)),
        words.get(found.word, found.word) + ("" if rival.interleaved else " (not in turns)"),
    )

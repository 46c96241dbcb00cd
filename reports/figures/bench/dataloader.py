"""Training against a ``DataLoader`` with torchvision's transforms."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.analysis.pairing import timed_interleaved
from benchmarks.analysis.statistics import TimeRatio, compare_apart, compare_interleaved
from benchmarks.cases.dataloader import OURS, workers_and_layout
from benchmarks.recordings.recording import Measured
from fer.formatting import count, rate
from reports.data.bench_data import NOISY, BenchData, Machine, noise
from reports.figures.bench_parts.traces import quartile_bars
from reports.figures.common import missing, names_above
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import plain
from reports.rendering.palette import BLUE, ORANGE

TITLE = "Training against torchvision's DataLoader"


@dataclass(frozen=True)
class LoaderComparison:
    """A DataLoader against resident tensors on one machine and device.

    Attributes:
        difference: time with the DataLoader over time with resident tensors.
        interleaved: whether both were timed interleaved in one process.
    """

    machine: str
    device: str
    resident: Measured
    case: Measured
    difference: TimeRatio
    interleaved: bool

    @property
    def loader(self) -> str:
        """Such as ``DataLoader, 2 workers``."""
        workers, layout = workers_and_layout(str(self.case.params["feed"]))
        channels = ", channels first" if layout == "contiguous" else ""
        return f"DataLoader, {count(workers, 'worker')}{channels}"


def build(data: BenchData) -> Figure:
    """Bars of images per second, and the ratios with their intervals."""
    compared = loader_comparisons(data.machines)
    if not compared:
        return missing("dataloader", TITLE, "No DataLoader was timed.")
    timed = {id(case): case for each in compared for case in (each.resident, each.case)}
    devices = dict.fromkeys(each.device for each in compared)
    bars = {device: _bars([c for c in compared if c.device == device]) for device in devices}
    return Figure(
        "dataloader",
        TITLE,
        " ".join(_sentences(compared)) + noise(list(timed.values())),
        "fer train keeps its faces on the device as tensors and augments them in batches. The "
        "DataLoader feeds the same network, batch, optimiser and precision (fp32) through "
        "torchvision.transforms.v2 with the same ranges, from faces decoded in memory. Both are "
        f"timed interleaved, so that the ratio holds on a noisy machine. {NOISY}",
        tuple(_plot(device, some) for device, some in bars.items()),
        tables=(
            DisplayTable(
                Table(
                    ("machine", "against", "fer train is faster", "95 % interval", "rounds",
                     "verdict"),
                    tuple(_shown(each) for each in compared),
                )
            ),
        ),
        data=Table(
            ("machine", "device", "against", "ours_images_per_second", "images_per_second",
             "times_as_fast", "low", "high", "p", "in_turns"),
            tuple(
                (c.machine, c.device, c.loader,
                 c.resident.items_per_second, c.case.items_per_second,
                 c.difference.ratio, c.difference.low, c.difference.high, c.difference.p,
                 int(c.interleaved))
                for c in compared
            ),
        ),
    )  # fmt: skip


Bars = dict[str, tuple[Measured, str]]
"""The case and the colour of each bar, by its name."""


def _bars(compared: list[LoaderComparison]) -> Bars:
    bars: Bars = {}
    for each in compared:
        bars.setdefault(f"{each.machine}, fer train", (each.resident, BLUE))
        bars[f"{each.machine}, {each.loader}"] = (each.case, ORANGE)
    return {plain(f"{name}: {_speed(bar[0])}", 60): bar for name, bar in bars.items()}


def _speed(case: Measured) -> str:
    return f"{rate(case.items_per_second)}/s" + " (noisy)" * case.noisy


def _plot(device: str, bars: Bars) -> Plot:
    cases = [case for case, _ in bars.values()]
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(bars),
        "x": [round(case.items_per_second, 2) for case in cases],
        "error_x": quartile_bars(cases),
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
    """Every DataLoader against the resident tensors of the same machine and device."""
    compared = []
    for machine in machines:
        timed = machine.of("dataloader")
        resident = {str(c.params["device"]): c for c in timed if c.params.get("feed") == OURS}
        for case in timed:
            device = str(case.params["device"])
            if case.params.get("feed") == OURS or device not in resident:
                continue
            compared.append(_compare(machine, device, resident[device], case))
    return compared


def _compare(machine: Machine, device: str, base: Measured, case: Measured) -> LoaderComparison:
    interleaved = timed_interleaved(base, case) and len(machine.recordings.runs) == 1
    difference = (
        compare_interleaved(base.seconds, case.seconds)
        if interleaved
        else compare_apart(
            machine.recordings.processes(base.name), machine.recordings.processes(case.name)
        )
    )
    return LoaderComparison(machine.label, device, base, case, difference, interleaved)


def _sentences(compared: list[LoaderComparison]) -> list[str]:
    sentences = []
    for machine, device in dict.fromkeys((each.machine, each.device) for each in compared):
        here = [c for c in compared if (c.machine, c.device) == (machine, device)]
        best = min(here, key=lambda each: each.difference.ratio)
        ratio = best.difference
        sentences.append(
            f"On {machine} ({device.upper()}) fer train processes "
            f"{rate(best.resident.items_per_second)} images/s, the best DataLoader "
            f"({best.loader.partition(', ')[2]}) {rate(best.case.items_per_second)}: "
            f"{ratio.ratio:.2f} times as fast ({ratio.low:.2f} to {ratio.high:.2f}), {_how(best)}."
        )
    return sentences


def _how(compared: LoaderComparison) -> str:
    """What the ratio is, as it is not always the quotient of the two speeds beside it."""
    if not compared.interleaved:
        return "the ratio of the medians"
    return "the median of the ratios within rounds, which may differ from that of the two speeds"


def _shown(compared: LoaderComparison) -> tuple[str | int, ...]:
    ratio = compared.difference
    opposite = {"slower": "faster", "faster": "slower"}  # of fer train, not of the DataLoader
    return (
        f"{compared.machine}, {compared.device}",
        compared.loader,
        f"{ratio.ratio:.2f} times",
        f"{ratio.low:.2f} to {ratio.high:.2f}",
        min(len(compared.resident.seconds), len(compared.case.seconds)),
        opposite.get(ratio.word, ratio.word)
        + ("" if compared.interleaved else " (not interleaved)"),
    )

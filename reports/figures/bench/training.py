"""Training: an epoch's time and the images per second, by machine, batch size and precision."""

from collections.abc import Sequence

from benchmarks.analysis.roofline import share_of_limit
from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.recording import EPOCH, Measured
from fer.formatting import percent, rate
from reports.figures.bench.recording_sets import NOISY, Machine, noise, setting, speed
from reports.figures.bench.throughput import plots
from reports.figures.common import missing
from reports.rendering.figure import DisplayTable, Figure, Table

TITLE = "How fast it trains"


def training(machines: Sequence[Machine]) -> Figure:
    """Lines over the batch size, and every case in a table."""
    timed = [(machine, case) for machine in machines for case in machine.of("training")]
    if not timed:
        return missing("training", TITLE, "No training was timed.")
    said = [
        f"{machine.label} is fastest with {setting(best, ('device',))}: {speed(best)}, "
        f"{digits(best.epoch_seconds or 0)} an epoch."
        for machine in machines
        if (best := fastest(machine))
    ]
    rows = tuple(_row(machine, case) for machine, case in timed)
    return Figure(
        "training",
        TITLE,
        " ".join(said) + noise([case for _, case in timed]),
        f"An epoch is {EPOCH:,} faces, as FER2013 has them in three classes when a tenth is held "
        "out. The time is that of the training steps: faces gathered and augmented, forward, "
        "backward, clipping, the optimiser. Dots are medians; a bar spans the middle half of the "
        f"samples. {NOISY}",
        plots(machines, "training"),
        tables=(
            DisplayTable(
                Table(
                    ("machine", "setting", "epoch", "IQR", "images/s", "n", "of its limit", ""),
                    tuple(_shown(machine, case) for machine, case in timed),
                ),
                caption=f"All {len(timed)} training cases",
                folded=True,
            ),
        ),
        data=Table(
            ("machine", "case", "epoch_seconds", "images_per_second", "images_per_second_q1",
             "images_per_second_q3", "n", "noisy"),
            rows,
        ),
    )  # fmt: skip


def fastest(machine: Machine) -> Measured | None:
    """The training case with the most images per second."""
    return max(machine.of("training"), key=lambda case: case.items_per_second, default=None)


def _row(machine: Machine, case: Measured) -> tuple[str | float | int | None, ...]:
    return (
        machine.label,
        case.name,
        case.epoch_seconds,
        case.items_per_second,
        case.items / case.percentile(75),
        case.items / case.percentile(25),
        len(case.seconds),
        int(case.noisy),
    )


def _shown(machine: Machine, case: Measured) -> tuple[str | int, ...]:
    share = share_of_limit(case, machine.facts)
    assert case.epoch_seconds is not None, "it trains"
    low, high = (case.percentile(q) * EPOCH / case.items for q in (25, 75))
    return (
        machine.label,
        setting(case),
        digits(case.epoch_seconds),
        f"{digits(low)} to {digits(high)}",
        rate(case.items_per_second),
        len(case.seconds),
        f"{percent(share.share, 0)} ({share.bound})" if share else "–",
        "noisy" if case.noisy else "",
    )

"""Training throughput by machine, batch size and precision."""

from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.recording import EPOCH, Measured
from reports.data.bench_data import NOISY, BenchData, Machine, noise, quickest, setting, speed
from reports.figures.bench_parts.batch_curves import swept, throughput_plots
from reports.figures.bench_parts.case_table import case_table, throughput_data
from reports.figures.common import missing
from reports.rendering.figure import Figure

TITLE = "Training throughput"


def build(data: BenchData) -> Figure:
    """Curves over the batch size, and every case in a table."""
    timed = data.cases("training")
    if not timed:
        return missing("training", TITLE, "No training was timed.")
    sentences = [
        f"One run on {machine.label} is fastest with {setting(best, ('device',))}: "
        f"{speed(best)}{', noisy' * best.noisy}, {digits(best.epoch_seconds or 0)} an epoch."
        for machine in data.machines
        if (best := fastest(machine))
    ]
    return Figure(
        "training",
        TITLE,
        " ".join(sentences) + noise([case for _, case in timed]),
        f"An epoch is {EPOCH:,} faces: FER2013 cut to three classes, without the tenth that is "
        "held out. The time is that of the training steps: gather and augment the faces, forward, "
        "backward, clipping, optimiser. Dots are medians; a bar is the interquartile range. "
        f"Open markers are noisy. {NOISY}",
        throughput_plots(data.machines, "training"),
        tables=(
            case_table(
                timed,
                "epoch",
                lambda case: EPOCH / case.items,
                f"All {len(timed)} training cases",
            ),
        ),
        data=throughput_data(timed),
    )


def fastest(machine: Machine) -> Measured | None:
    """The training case of a single run with the highest throughput; it stands in the plot."""
    return quickest([case for case in machine.of("training") if swept(case)])


def fastest_together(machine: Machine) -> Measured | None:
    """The case with the highest throughput of several runs at once."""
    return quickest([case for case in machine.of("training") if case.several])

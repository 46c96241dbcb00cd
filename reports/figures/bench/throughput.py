"""Inference throughput by machine, batch size and precision."""

from reports.data.bench_data import NOISY, BenchData, noise, quickest, setting, speed
from reports.figures.bench_parts.batch_curves import swept, throughput_plots
from reports.figures.bench_parts.case_table import case_table, throughput_data
from reports.figures.common import missing
from reports.rendering.figure import Figure

TITLE = "Inference throughput"


def build(data: BenchData) -> Figure:
    """Curves over the batch size, and every case in a table."""
    timed = data.cases("inference")
    if not timed:
        return missing("throughput", TITLE, "No inference was timed.")
    sentences = []
    for machine in data.machines:
        best = quickest([case for case in machine.of("inference") if swept(case)])
        if best:
            noisy = ", noisy" * best.noisy
            sentences.append(
                f"{machine.label}: {speed(best)}{noisy} with {setting(best, ('device',))}."
            )
    return Figure(
        "throughput",
        TITLE,
        " ".join(sentences) + noise([case for _, case in timed]),
        "From faces as bytes on the device to logits; ONNX Runtime's to probabilities. Dots are "
        f"medians; a bar is the interquartile range. Open markers are noisy. {NOISY}",
        throughput_plots(data.machines, "inference"),
        tables=(case_table(timed, "a batch", lambda _: 1.0, f"All {len(timed)} inference cases"),),
        data=throughput_data(timed),
    )

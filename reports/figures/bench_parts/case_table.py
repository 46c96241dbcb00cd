"""Tables of all cases of a group, and their data."""

from collections.abc import Callable, Sequence

from benchmarks.analysis.roofline import share_of_limit
from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.recording import Measured
from fer.formatting import percent, rate
from reports.data.bench_data import Machine, setting
from reports.rendering.figure import DisplayTable, Table

Timed = Sequence[tuple[Machine, Measured]]
"""Cases, each with its machine."""


def case_table(
    timed: Timed, heading: str, seconds_of_call: Callable[[Measured], float], caption: str
) -> DisplayTable:
    """Time, quartiles, throughput, sample size and share of the limit of each case.

    Args:
        heading: of the time, such as "epoch".
        seconds_of_call: factor from the seconds of a call to those that are shown.
    """
    columns = ("machine", "setting", heading, "IQR", "images/s", "n", "of its limit", "")
    rows = tuple(_row(machine, case, seconds_of_call(case)) for machine, case in timed)
    return DisplayTable(Table(columns, rows), caption=caption, folded=True)


def _row(machine: Machine, case: Measured, factor: float) -> tuple[str | int, ...]:
    share = share_of_limit(case, machine.facts)
    low, high = (factor * case.percentile(q) for q in (25, 75))
    return (
        machine.label,
        setting(case),
        digits(factor * case.median),
        f"{digits(low)} to {digits(high)}",
        rate(case.items_per_second),
        len(case.seconds),
        f"{percent(share.share, 0)} ({share.bound})" if share else "–",
        "noisy" if case.noisy else "",
    )


def throughput_data(timed: Timed) -> Table:
    """The same as values: seconds of a call, and throughput with its quartiles."""
    return Table(
        ("machine", "case", "seconds", "epoch_seconds", "images_per_second",
         "images_per_second_q1", "images_per_second_q3", "n", "noisy"),
        tuple(
            (m.label, c.name, c.median, c.epoch_seconds, c.items_per_second,
             c.items / c.percentile(75), c.items / c.percentile(25), len(c.seconds), int(c.noisy))
            for m, c in timed
        ),
    )  # fmt: skip

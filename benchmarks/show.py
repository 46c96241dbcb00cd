"""A run of the benchmarks on the screen: a bar and a line a case while it runs, a table after."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from benchmarks.comparison_command import duration
from benchmarks.record import AbsentCase, Measured, Recording
from benchmarks.roofline import share_of_limit


class Screen:
    """Shows a run of so many cases on stderr; without a terminal, only the lines."""

    def __init__(self, cases: int) -> None:
        self._bars = Progress(
            BarColumn(20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bars.add_task("", total=cases)

    def __enter__(self) -> "Screen":
        self._bars.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def say(self, text: str) -> None:
        """Say what goes on besides the cases."""
        self._bars.update(self._task, description=text)

    def doing(self, step: str, name: str) -> None:
        """A case is about to be set up, warmed up or timed."""
        self.say(f"{step} {name}")

    def result(self, result: Measured | AbsentCase) -> None:
        """A case is done."""
        self._bars.advance(self._task)
        text = f"{result.name}: {outcome(result)}"
        self._bars.console.print(text, markup=False, highlight=False, soft_wrap=True)


def outcome(result: Measured | AbsentCase) -> str:
    """One line: the median with its spread, or why there is none."""
    if isinstance(result, AbsentCase):
        return f"absent: {result.reason}"
    low, high = result.percentile(25), result.percentile(75)
    noisy = ", noisy" if result.noisy else ""
    return (
        f"{duration(result.median)} ({duration(low)} to {duration(high)}, "
        f"n = {len(result.seconds)}{noisy}), "
        f"{result.items_per_second:,.4g} {result.unit}/s"
    )


def table(recording: Recording) -> Table:
    """One row a timed case; statistics are derived here, from the raw samples."""
    machine = recording.machine
    shown = Table(title=Text(str(machine.get("name") or machine.get("id") or "this machine")))
    shown.add_column("case", overflow="fold")
    for heading in ("p50", "p90", "p99", "IQR", "n", "items/s", "of the limit"):
        shown.add_column(heading, justify="right", no_wrap=True)
    shown.add_column("")
    for case in recording.measured:
        share = share_of_limit(case, machine)
        shown.add_row(
            Text(case.name),
            *(duration(case.percentile(q)) for q in (50, 90, 99)),
            duration(case.iqr),
            str(len(case.seconds)),
            f"{case.items_per_second:,.4g}",
            f"{100 * share.share:.0f} % ({share.bound})" if share else "",
            Text("noisy" if case.noisy else "", style="yellow"),
        )
    return shown

"""A run of the benchmarks on the screen: a bar and a line a case while it runs, a summary after."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.analysis.roofline import share_of_limit
from benchmarks.cli.compare import duration
from benchmarks.recordings.recording import AbsentCase, Measured, Recording


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
        f"{rate(result.items_per_second)} {result.unit}/s"
    )


def rate(number: float) -> str:
    """Four digits or more, and never an exponent: ``7.25``, ``835.1``, ``12,345``."""
    return f"{number:,.0f}" if number >= 1000 else f"{number:.4g}"


def summary(recording: Recording) -> str:
    """Two lines or three a timed case, by group; statistics are derived here, from the raw samples.

    Not a table: a case's name is as long as many a terminal is wide.
    """
    lines = []
    for group in dict.fromkeys(case.group for case in recording.measured):
        lines.append(group)
        for case in recording.measured:
            if case.group == group:
                lines.append(f"  {case.name.removeprefix(group)}")
                lines.append(f"    {_facts(case, recording)}")
                if parts := _parts(case):
                    lines.append(f"    {parts}")
    return "\n".join(lines)


def _facts(case: Measured, recording: Recording) -> str:
    share = share_of_limit(case, recording.machine)
    facts = [
        *(f"p{q} {duration(case.percentile_of_one(q))}" for q in (50, 90, 99)),
        f"IQR {duration(case.iqr)}",
        f"n {len(case.seconds)}",
        f"{rate(case.items_per_second)} {case.unit}/s",
    ]
    if case.epoch_seconds is not None:
        facts.append(f"epoch {duration(case.epoch_seconds)}")
    if share:
        facts.append(f"{100 * share.share:.0f} % of the {share.bound} limit")
    return "  ".join(facts + ["NOISY"] * case.noisy)


def _parts(case: Measured) -> str:
    """The shares of a step's parts, the largest first; empty where it was not taken apart."""
    parts = case.extra.get("phases") or {}
    whole = sum(parts.values())
    shares = sorted(((seconds / whole, name) for name, seconds in parts.items()), reverse=True)
    return "of a step: " + ", ".join(f"{n} {100 * s:.0f} %" for s, n in shares) if shares else ""

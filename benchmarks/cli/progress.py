"""Progress of a run: a bar and one line a case, and a summary at the end."""

from types import TracebackType

from benchmarks.analysis.reliability import reliability
from benchmarks.analysis.roofline import share_of_limit
from benchmarks.cli.formatting import duration
from benchmarks.recordings.recording import AbsentCase, Measured, Recording
from benchmarks.recordings.recording_set import RecordingSet
from fer.formatting import rate
from fer.progress import progress_bars


class Screen:
    """Shows the progress of a run on stderr; without a terminal, only one line a case."""

    def __init__(self, cases: int) -> None:
        self._bars = progress_bars()
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

    def describe(self, text: str) -> None:
        """Show what is being done."""
        self._bars.update(self._task, description=text)

    def doing(self, step: str, name: str) -> None:
        """Show the step that begins, such as ``warm-up``."""
        self.describe(f"{step} {name}")

    def result(self, result: Measured | AbsentCase) -> None:
        """Print the result of a case, and advance the bar."""
        self._bars.advance(self._task)
        text = f"{result.name}: {outcome(result)}"
        self._bars.console.print(text, markup=False, highlight=False, soft_wrap=True)


def outcome(result: Measured | AbsentCase) -> str:
    """One line: the median of a call with its quartiles, or the reason of absence.

    A call runs ``items`` items, all processes of a group together; the summary's percentiles are of
    what one process waits for one report.
    """
    if isinstance(result, AbsentCase):
        return f"absent: {result.reason}"
    low, high = result.percentile(25), result.percentile(75)
    noisy = ", noisy" if result.noisy else ""
    what = "all processes together, median" if _in_group(result) else "median"
    return (
        f"{what} {duration(result.median)} ({duration(low)} to {duration(high)}, "
        f"n = {len(result.seconds)}{noisy}), "
        f"{rate(result.items_per_second)} {result.unit}/s"
    )


def _in_group(case: Measured) -> bool:
    """Whether each process of a group was timed by itself, too."""
    return "member_seconds" in case.extra


def summary(recording: Recording) -> str:
    """Two or three lines for each timed case, by group; before them what makes all less reliable.

    Not a table, as the name of a case may be as long as a terminal is wide.
    """
    doubt = reliability(RecordingSet("this recording", (recording,)))
    lines = [f"WARNING: this recording: {doubt}"] if doubt else []
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
        *["each process:"] * _in_group(case),
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
    """Shares of the phases of a step, the largest first; empty where they were not timed."""
    parts = case.extra.get("phases") or {}
    whole = sum(parts.values())
    shares = sorted(((seconds / whole, name) for name, seconds in parts.items()), reverse=True)
    return "of a step: " + ", ".join(f"{n} {100 * s:.0f} %" for s, n in shares) if shares else ""

"""One recording session: the machine before and after, its peaks, and the cases in between."""

import datetime
from collections.abc import Sequence

from benchmarks.cases import families
from benchmarks.cases.case import Case
from benchmarks.cli.progress import Screen
from benchmarks.recordings.recording import Recording
from benchmarks.timing.limits import TimingLimits
from benchmarks.timing.runner import Plan, run
from fer.process import available_cores, training_environment


def record_session(
    cases: Sequence[Case],
    limits: TimingLimits,
    *,
    name: str | None = None,
    with_peaks: bool = True,
) -> Recording:
    """Time cases on this machine, and measure the machine's own peaks.

    Args:
        name: of the machine.
        with_peaks: measure the peaks in the same session, as they depend on the machine's load.
    """
    from benchmarks.system.machine import fingerprint, finished

    taken = datetime.datetime.now(datetime.UTC).isoformat()
    with Screen(len(cases)) as screen:
        screen.describe("reading the machine's properties")
        machine = fingerprint(name, training_environment(available_cores()))
        if with_peaks:
            from benchmarks.system.peaks import machine_peaks

            screen.describe("measuring the machine's peaks")
            machine["peaks"] = machine_peaks()
        measured, absent = run(Plan(families.SOURCE, tuple(cases), limits), screen)
        machine = finished(machine)
    return Recording(machine, commit_info(), taken, tuple(measured), tuple(absent))


def commit_info() -> dict[str, object]:
    """pytest-benchmark's ``commit_info``, from the machine's commit."""
    from benchmarks.system.machine import commit

    current = commit() or {}
    return {
        "id": current.get("id", "unversioned"),
        "time": current.get("time"),
        "author_time": None,
        "dirty": current.get("dirty", False),
        "project": "fer-search",
        "branch": "(unknown)",
    }

"""One session of benchmarks: the machine before and after, its peaks, and the cases between."""

import datetime
from collections.abc import Sequence

from benchmarks import cases as all_cases
from benchmarks.cases.case import Case
from benchmarks.cli.progress import Screen
from benchmarks.recordings.recording import Recording
from benchmarks.timing.runner import Plan, run
from benchmarks.timing.samples import Limits
from fer.process import available_cores, training_environment


def record_session(
    cases: Sequence[Case],
    limits: Limits,
    *,
    name: str | None = None,
    with_peaks: bool = True,
) -> Recording:
    """Time cases on this machine, and what the machine itself can do.

    Args:
        name: of the machine.
        with_peaks: measure its peaks, in the same session, as they depend on what else it does.
    """
    from benchmarks.system.machine import fingerprint, finished

    taken = datetime.datetime.now(datetime.UTC).isoformat()
    with Screen(len(cases)) as screen:
        screen.say("looking at the machine")
        machine = fingerprint(name, training_environment(available_cores()))
        if with_peaks:
            from benchmarks.system.peaks import machine_peaks

            screen.say("measuring the machine's peaks")
            machine["peaks"] = machine_peaks()
        measured, absent = run(Plan(all_cases.SOURCE, tuple(cases), limits), screen)
        machine = finished(machine)
    return Recording(machine, commit_info(), taken, tuple(measured), tuple(absent))


def commit_info() -> dict[str, object]:
    """pytest-benchmark's ``commit_info``, from the machine's commit."""
    from benchmarks.system.machine import commit

    found = commit() or {}
    return {
        "id": found.get("id", "unversioned"),
        "time": None,
        "author_time": None,
        "dirty": found.get("dirty", False),
        "project": "fer-search",
        "branch": "(unknown)",
    }

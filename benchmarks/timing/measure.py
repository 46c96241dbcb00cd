"""Cases that are timed together, from their setup to what is recorded of each."""

import gc
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from benchmarks.cases.case import Absent, Case, Work
from benchmarks.recordings.recording import AbsentCase, Measured
from benchmarks.system.energy import joules_per_call, meters
from benchmarks.system.memory import ran_out
from benchmarks.timing.samples import Limits, Samples, time_in_turns, waited_for

Tell = Callable[[str, str], None]
"""Told what is about to be done with which case: ``setup``, ``warm-up``, ``timing``, ``phases``,
``closing``."""

FAILED = "failed: "
"""A reason that begins so is a fault of the case, not a lack of the machine."""
OUT_OF_MEMORY = "out of memory"


def measure(cases: Sequence[Case], limits: Limits, tell: Tell) -> list[Measured | AbsentCase]:
    """Set up and time cases in this process, in turns; one result a case, in the same order."""
    results: dict[str, Measured | AbsentCase] = {}
    ready: list[tuple[Case, Work]] = []
    try:
        for case in cases:
            tell("setup", case.name)
            try:
                ready.append((case, case.setup()))
            except Exception as error:
                results[case.name] = absent(case, error)
                gc.collect()
        works = [work for _, work in ready]
        names = [case.name for case, _ in ready] or [""]
        samples = time_in_turns(works, limits, tell=lambda step, i: tell(step, names[i]))
        for (case, work), seen in zip(ready, samples, strict=True):
            tell("phases", case.name)
            results[case.name] = _result(case, work, seen)
    finally:
        for case, work in ready:
            tell("closing", case.name)
            _close(work)
    return [results[case.name] for case in cases]


def _close(work: Work) -> None:
    """Close; samples that are taken stay, whatever becomes of what they were taken with."""
    try:
        work.close()
    except Exception:
        traceback.print_exc()


def absent(case: Case, error: BaseException) -> AbsentCase:
    """What is recorded of a case that could not be timed."""
    first = (str(error).strip().splitlines() or [""])[0][:300]
    if isinstance(error, Absent):
        reason = first
    elif ran_out(error):
        reason = f"{OUT_OF_MEMORY}: {first}"
    else:
        reason = f"{FAILED}{type(error).__name__}: {first}"
    return AbsentCase(case.group, case.name, dict(case.params), reason)


def _result(case: Case, work: Work, seen: Samples) -> Measured | AbsentCase:
    if seen.failure is not None:
        return absent(case, seen.failure)
    try:
        extra = extra_of(work, seen)
    except Exception as error:
        return absent(case, error)
    return Measured(
        case.group, case.name, dict(case.params), work.items, work.unit, tuple(seen.seconds), extra
    )


def extra_of(work: Work, seen: Samples) -> dict[str, Any]:
    """What stands beside the samples; what is None is left out, as nothing is made up."""
    counters = meters(work.device)
    joules = joules_per_call(_untimed(work), counters)
    phases = work.phases() if work.phases else {}
    extra: dict[str, Any] = {
        "flops": work.flops,
        "bytes": work.bytes,
        "precision": work.precision,
        "threads": _threads(work),
        "order": seen.order,
        "member_seconds": seen.member_seconds or None,
        "warmup": seen.warmup,
        "device_seconds": seen.device_seconds or None,
        "peak_rss_bytes": seen.peak_rss_bytes,
        "peak_device_bytes": seen.peak_device_bytes,
        "peak_reserved_bytes": seen.peak_reserved_bytes,
        "gpu": seen.gpu or None,
        "energy_joules": joules,
        "energy_source": counters[0].source if joules is not None else None,
        "phases": {name: median(seconds) for name, seconds in phases.items()} or None,
        "phase_seconds": phases or None,
    }
    return {key: value for key, value in extra.items() if value is not None}


def _threads(work: Work) -> int | None:
    """Of torch in this process, or in each of a crowd's."""
    torch = sys.modules.get("torch")
    if torch is not None and work.member_seconds is None:
        return int(torch.get_num_threads())
    return int(os.environ.get("OMP_NUM_THREADS", "0")) or None


def _untimed(work: Work) -> Callable[[], None]:
    """A call with its reset, waited for."""
    waited = waited_for(work)

    def call() -> None:
        if work.reset:
            work.reset()
        waited()

    return call

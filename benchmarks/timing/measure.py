"""Cases of one interleave group, from their setup to what is recorded of each."""

import gc
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from benchmarks.cases.case import Absent, Case, PreparedCase
from benchmarks.recordings.recording import FAILED, OUT_OF_MEMORY, AbsentCase, Measured
from benchmarks.system.energy import joules_per_call, meters
from benchmarks.system.out_of_memory import is_out_of_memory
from benchmarks.timing.calls import Samples, synchronised
from benchmarks.timing.interleave import time_interleaved
from benchmarks.timing.limits import TimingLimits

Report = Callable[[str, str], None]
"""Called with a step (``setup``, ``warm-up``, ``timing``, ``phases``, ``closing``) and the name of
the case that it is about to begin for."""


def measure(
    cases: Sequence[Case], limits: TimingLimits, report: Report
) -> list[Measured | AbsentCase]:
    """Set up and time cases in this process, interleaved; one result a case, in the same order."""
    results: dict[str, Measured | AbsentCase] = {}
    ready: list[tuple[Case, PreparedCase]] = []
    try:
        for case in cases:
            report("setup", case.name)
            try:
                ready.append((case, case.setup()))
            except Exception as error:
                results[case.name] = absent_case(case, error)
                gc.collect()
        names = [case.name for case, _ in ready] or [""]
        timed = time_interleaved(
            [prepared for _, prepared in ready],
            limits,
            report=lambda step, i: report(step, names[i]),
        )
        for (case, prepared), samples in zip(ready, timed, strict=True):
            report("phases", case.name)
            results[case.name] = _result(case, prepared, samples)
    finally:
        for case, prepared in ready:
            report("closing", case.name)
            _close(prepared)
    return [results[case.name] for case in cases]


def _close(prepared: PreparedCase) -> None:
    """Close; a failure is printed only, as the samples are valid nevertheless."""
    try:
        prepared.close()
    except Exception:
        traceback.print_exc()


def absent_case(case: Case, error: BaseException) -> AbsentCase:
    """The record of a case that could not be timed."""
    first = (str(error).strip().splitlines() or [""])[0][:300]
    if isinstance(error, Absent):
        reason = first
    elif is_out_of_memory(error):
        reason = f"{OUT_OF_MEMORY}: {first}"
    else:
        reason = f"{FAILED}{type(error).__name__}: {first}"
    return AbsentCase(case.group, case.name, dict(case.params), reason)


def _result(case: Case, prepared: PreparedCase, samples: Samples) -> Measured | AbsentCase:
    if samples.failure is not None:
        return absent_case(case, samples.failure)
    try:
        extra = extra_of(prepared, samples)
    except Exception as error:
        return absent_case(case, error)
    return Measured(
        case.group,
        case.name,
        dict(case.params),
        prepared.items,
        prepared.unit,
        tuple(samples.seconds),
        extra,
    )


def extra_of(prepared: PreparedCase, samples: Samples) -> dict[str, Any]:
    """pytest-benchmark's ``extra_info``: what is known beside the samples; None is left out."""
    counters = meters(prepared.device)
    joules = joules_per_call(_untimed(prepared), counters)
    phases = prepared.phases() if prepared.phases else {}
    extra: dict[str, Any] = {
        "flops": prepared.flops,
        "bytes": prepared.bytes,
        "precision": prepared.precision,
        "threads": _threads(prepared),
        "order": samples.order,
        "member_seconds": samples.member_seconds or None,
        "warmup": samples.warmup,
        "device_seconds": samples.device_seconds or None,
        "peak_rss_bytes": samples.peak_rss_bytes,
        "peak_device_bytes": samples.peak_device_bytes,
        "peak_reserved_bytes": samples.peak_reserved_bytes,
        "gpu": samples.gpu or None,
        "energy_joules": joules,
        "energy_source": counters[0].source if joules is not None else None,
        "phases": {name: median(seconds) for name, seconds in phases.items()} or None,
        "phase_seconds": phases or None,
    }
    return {key: value for key, value in extra.items() if value is not None}


def _threads(prepared: PreparedCase) -> int | None:
    """Threads of torch in this process, or in each process of a group."""
    torch = sys.modules.get("torch")
    if torch is not None and prepared.member_seconds is None:
        return int(torch.get_num_threads())
    return int(os.environ.get("OMP_NUM_THREADS", "0")) or None


def _untimed(prepared: PreparedCase) -> Callable[[], None]:
    """A synchronised call with its reset."""
    synchronised_call = synchronised(prepared)

    def call() -> None:
        if prepared.reset:
            prepared.reset()
        synchronised_call()

    return call

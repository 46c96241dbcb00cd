"""One call of a prepared case: wall clock, CUDA events, and the memory that it used."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.cases.case import PreparedCase


@dataclass
class Samples:
    """What was measured of one case.

    Attributes:
        seconds: wall clock of each call, device synchronised before and after.
        device_seconds: the same between two CUDA events; empty on a CPU.
        order: rank of each call among the calls of all cases of the interleave group.
        member_seconds: of each call, the seconds of each process of a process group; else empty.
        warmup: wall clock of each warm-up call, the first one included.
        peak_rss_bytes: peak resident memory of the process and its children, shared by the cases
            of an interleave group; None where the system does not report it.
        peak_device_bytes: peak memory that torch had allocated on the CUDA device.
        peak_reserved_bytes: the same including torch's cache, as other processes see it.
        gpu: the CUDA device's temperature, clocks and throttling right after the timing.
        failure: the exception that ended the timing early; there are no samples then.
    """

    seconds: list[float] = field(default_factory=list)
    device_seconds: list[float] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    member_seconds: list[list[float]] = field(default_factory=list)
    warmup: list[float] = field(default_factory=list)
    peak_rss_bytes: int | None = None
    peak_device_bytes: int | None = None
    peak_reserved_bytes: int | None = None
    gpu: dict[str, Any] = field(default_factory=dict)
    failure: Exception | None = None


def time_call(
    prepared: PreparedCase, clock: Callable[[], float] = time.perf_counter
) -> tuple[float, float | None]:
    """Reset, call once; returns wall-clock seconds, and CUDA's own (None on a CPU)."""
    if prepared.reset:
        prepared.reset()
    return _timed(prepared, clock)


def synchronised(prepared: PreparedCase) -> Callable[[], None]:
    """The call, returning when the device is done."""
    cuda = cuda_of(prepared)

    def call() -> None:
        prepared.call()
        if cuda is not None:
            cuda.synchronize(prepared.device)

    return call


def sampled_elsewhere(prepared: PreparedCase, samples: Samples) -> Callable[[], None]:
    """The synchronised call, for pytest-benchmark's clock.

    What that clock cannot see (CUDA events, the members of a process group) is added to
    ``samples``.
    """

    def call() -> None:
        if cuda_of(prepared) is None:
            prepared.call()
        else:
            device = _timed(prepared, time.perf_counter)[1]
            assert device is not None
            samples.device_seconds.append(device)
        if prepared.member_seconds:
            samples.member_seconds.append(prepared.member_seconds())

    return call


def reset_device_memory(prepared: PreparedCase) -> None:
    """Reset the CUDA device's memory peaks; does nothing on a CPU."""
    cuda = cuda_of(prepared)
    if cuda is not None:
        cuda.reset_peak_memory_stats(prepared.device)


def record_device_memory(prepared: PreparedCase, samples: Samples) -> None:
    """Record the CUDA device's memory peaks since the last reset; does nothing on a CPU."""
    cuda = cuda_of(prepared)
    if cuda is not None:
        allocated = cuda.max_memory_allocated(prepared.device)
        reserved = cuda.max_memory_reserved(prepared.device)
        samples.peak_device_bytes = max(samples.peak_device_bytes or 0, allocated)
        samples.peak_reserved_bytes = max(samples.peak_reserved_bytes or 0, reserved)


def record_device_state(prepared: PreparedCase, samples: Samples) -> None:
    """Record the CUDA device's state before it cools down; does nothing on a CPU."""
    if cuda_of(prepared) is not None:
        from benchmarks.system.gpu import state_of

        samples.gpu = state_of(prepared.device)


def _timed(prepared: PreparedCase, clock: Callable[[], float]) -> tuple[float, float | None]:
    cuda = cuda_of(prepared)
    if cuda is None:
        began = clock()
        prepared.call()
        return clock() - began, None
    first, last = (cuda.Event(enable_timing=True) for _ in range(2))
    cuda.synchronize(prepared.device)
    began = clock()
    first.record()
    prepared.call()
    last.record()
    cuda.synchronize(prepared.device)
    return clock() - began, first.elapsed_time(last) / 1000


def cuda_of(prepared: PreparedCase) -> Any:
    """``torch.cuda`` where the case runs on it, else None."""
    if prepared.device is None or prepared.device.type != "cuda":
        return None
    import torch

    return torch.cuda

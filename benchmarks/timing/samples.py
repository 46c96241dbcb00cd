"""Timing works in turns: warm-up until stable, then raw samples; nothing is averaged here."""

import gc
import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import Any

from benchmarks.cases.case import Work
from benchmarks.system.memory import peak_resident, ran_out, reset_peak

WINDOW = 3
"""Calls in which a work has to be stable before it is timed."""
STABLE = 0.05
"""Stable: the median of the last calls is within this share of the median of those before."""
PAUSE_SECONDS = 0.015
"""Between rivals: for 10 ms after a call torch's OpenMP threads still wait for the next one with
all their might, on the cores that the rival needs."""
SHORT_SECONDS = 0.015
"""A call as short as this is done once, not timed, after the pause: else it is waking up that is
timed."""
COLLECT_SECONDS = 1.0
"""Garbage is collected between samples so often; never within one."""


@dataclass(frozen=True)
class Limits:
    """How long to time.

    Attributes:
        seconds: of timed calls for each work; ended at ``most_rounds`` and not before
            ``least_rounds``.
        warmup_seconds: most that is spent on one work before it counts as stable.
    """

    seconds: float = 5.0
    least_rounds: int = 7
    most_rounds: int = 500
    warmup_seconds: float = 4.0

    def with_seconds(self, seconds: float | None) -> "Limits":
        """The same with other seconds; None leaves them."""
        return self if seconds is None else replace(self, seconds=seconds)


FULL = Limits()
GLANCE = Limits(seconds=2.0, least_rounds=6, most_rounds=200, warmup_seconds=1.5)


@dataclass
class Samples:
    """What was seen of one work.

    Attributes:
        seconds: wall clock of each call, device synchronised before and after.
        device_seconds: the same between two CUDA events; empty on a CPU.
        order: the rank of each call among all calls of all works that were timed together.
        member_seconds: of each call, what each process took that did it at once with others; empty
            where none did.
        warmup: wall clock of each call before those, the first one included.
        peak_rss_bytes: largest resident memory of the process and its children; None where the
            system does not say. Works that are timed together share it.
        peak_device_bytes: largest memory that torch had allocated on the CUDA device.
        peak_reserved_bytes: the same with what it keeps for later, as others on the device see it.
        gpu: the CUDA device's temperature, clocks and throttling right after the timing.
        failure: what ended the work before it was timed whole: it has no samples then.
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


def _tell_nobody(_step: str, _position: int) -> None:
    """Nobody watches."""


def time_in_turns(
    works: Sequence[Work],
    limits: Limits,
    *,
    seed: int = 0,
    clock: Callable[[], float] = time.perf_counter,
    pause: Callable[[float], object] = time.sleep,
    tell: Callable[[str, int], object] = _tell_nobody,
) -> list[Samples]:
    """Time works against each other: every round calls each of them once, in a new random order.

    A work that runs out of memory, or raises anything else, is left out from there on; the others
    go on. Bounded by time and rounds: a round ends the timing once every work has had its seconds.

    Args:
        seed: of the order.
        clock: seconds.
        pause: lets the rival before come to rest.
        tell: told ``warm-up`` with the position of the work, and ``timing`` when all are warm.
    """
    most = min([limits.most_rounds, *(work.most_rounds for work in works if work.most_rounds)])
    limits = replace(limits, most_rounds=most)
    samples = [Samples() for _ in works]
    reset_peak()
    for i, (work, seen) in enumerate(zip(works, samples, strict=True)):
        tell("warm-up", i)
        _guarded(seen, partial(warm_up, work, seen, limits, clock))
    draw, rank = random.Random(seed), count()
    # All that the set-ups left: what is collected between samples is then only the calls' own.
    gc.collect()
    gc.freeze()
    tell("timing", 0)
    collected = clock()
    try:
        gc.disable()
        while running := [i for i, seen in enumerate(samples) if seen.failure is None]:
            draw.shuffle(running)
            for i in running:
                if len(works) > 1:
                    pause(PAUSE_SECONDS)
                    _guarded(samples[i], partial(_lead_in, works[i], samples[i], clock))
                if samples[i].failure is None:
                    _guarded(samples[i], partial(_sample, works[i], samples[i], next(rank), clock))
                if clock() - collected > COLLECT_SECONDS:
                    gc.collect()
                    collected = clock()
            if _enough([samples[i] for i in running], limits):
                break
        for work, seen in zip(works, samples, strict=True):
            note_device(work, seen)
    finally:
        gc.enable()
        gc.unfreeze()
    return samples


def _enough(running: list[Samples], limits: Limits) -> bool:
    timed = [seen for seen in running if seen.failure is None]
    rounds = min((len(seen.seconds) for seen in timed), default=0)
    if rounds >= limits.most_rounds:
        return True
    spent = sum(sum(seen.seconds) for seen in timed)
    return rounds >= limits.least_rounds and spent >= limits.seconds * len(timed)


def warm_up(
    work: Work, seen: Samples, limits: Limits, clock: Callable[[], float] = time.perf_counter
) -> None:
    """Call until the last calls are as quick as those before them."""
    began = clock()
    while True:
        seen.warmup.append(_call(work, clock)[0])
        # The first call may compile for a minute, and is no measure of those to come; where each
        # starts processes of its own, there is nothing to warm.
        if len(seen.warmup) == 1 and work.most_rounds is None:
            began = clock()
            continue
        recent = seen.warmup[-WINDOW:]
        before = seen.warmup[-2 * WINDOW : -WINDOW]
        if len(before) == WINDOW:
            was, now = statistics.median(before), statistics.median(recent)
            if abs(was - now) <= STABLE * was:
                return
        if clock() - began > limits.warmup_seconds:
            return


def rounds_for(work: Work, seen: Samples, limits: Limits) -> int:
    """How many calls the limits allow a work that is warm, going by its last calls."""
    most = min(limits.most_rounds, work.most_rounds or limits.most_rounds)
    wanted = math.ceil(limits.seconds / max(statistics.median(seen.warmup[-WINDOW:]), 1e-9))
    return max(1, min(most, max(limits.least_rounds, wanted)))


def waited_for(work: Work) -> Callable[[], None]:
    """The work's call, to its end on the device."""
    cuda = _cuda(work)

    def call() -> None:
        work.call()
        if cuda is not None:
            cuda.synchronize(work.device)

    return call


def _lead_in(work: Work, seen: Samples, clock: Callable[[], float]) -> None:
    if statistics.median(seen.warmup[-WINDOW:]) < SHORT_SECONDS:
        _call(work, clock)


def _sample(work: Work, seen: Samples, rank: int, clock: Callable[[], float]) -> None:
    reset_device_memory(work)  # its peaks are the rivals' too
    wall, device = _call(work, clock)
    seen.seconds.append(wall)
    seen.order.append(rank)
    if work.member_seconds:
        seen.member_seconds.append(work.member_seconds())
    if device is not None:
        seen.device_seconds.append(device)
        note_device_memory(work, seen)
    # Between samples, and rarely: reading it takes a fifth of a millisecond and more.
    if len(seen.seconds) <= WINDOW:
        resident = work.peak_bytes() if work.peak_bytes else peak_resident()
        if resident is not None:
            seen.peak_rss_bytes = max(seen.peak_rss_bytes or 0, resident)


def reset_device_memory(work: Work) -> None:
    """Forget the CUDA device's peaks so far."""
    cuda = _cuda(work)
    if cuda is not None:
        cuda.reset_peak_memory_stats(work.device)


def note_device_memory(work: Work, seen: Samples) -> None:
    """The CUDA device's peaks since they were reset; nothing on a CPU."""
    cuda = _cuda(work)
    if cuda is not None:
        allocated = cuda.max_memory_allocated(work.device)
        reserved = cuda.max_memory_reserved(work.device)
        seen.peak_device_bytes = max(seen.peak_device_bytes or 0, allocated)
        seen.peak_reserved_bytes = max(seen.peak_reserved_bytes or 0, reserved)


def note_device(work: Work, seen: Samples) -> None:
    """The CUDA device's state now, before it cools down; nothing on a CPU."""
    if _cuda(work) is not None:
        from benchmarks.system.gpu import state_of

        seen.gpu = state_of(work.device)


def sampled(work: Work, seen: Samples) -> Callable[[], None]:
    """The work's call to its end on the device, for another's clock; what that cannot see of each
    call (CUDA's events, the members of a crowd) is added to ``seen``."""

    def call() -> None:
        if _cuda(work) is None:
            work.call()
        else:
            device = _timed(work, time.perf_counter)[1]
            assert device is not None
            seen.device_seconds.append(device)
        if work.member_seconds:
            seen.member_seconds.append(work.member_seconds())

    return call


def _call(work: Work, clock: Callable[[], float]) -> tuple[float, float | None]:
    """Wall clock of one call, and what CUDA's events say of it where there are any."""
    if work.reset:
        work.reset()
    return _timed(work, clock)


def _timed(work: Work, clock: Callable[[], float]) -> tuple[float, float | None]:
    cuda = _cuda(work)
    if cuda is None:
        began = clock()
        work.call()
        return clock() - began, None
    first, last = (cuda.Event(enable_timing=True) for _ in range(2))
    cuda.synchronize(work.device)
    began = clock()
    first.record()
    work.call()
    last.record()
    cuda.synchronize(work.device)
    return clock() - began, first.elapsed_time(last) / 1000


def _cuda(work: Work) -> Any:
    """``torch.cuda`` where the work runs on it, else None."""
    if work.device is None or work.device.type != "cuda":
        return None
    import torch

    return torch.cuda


def _guarded(seen: Samples, run: Callable[[], None]) -> None:
    """Run; an exception becomes the work's failure, and its samples are dropped."""
    try:
        run()
    except Exception as error:
        # Its traceback holds the tensors that did not fit.
        seen.failure = error.with_traceback(None)
        seen.seconds.clear()
        seen.device_seconds.clear()
        seen.order.clear()
        seen.member_seconds.clear()
        if ran_out(error):
            gc.collect()
            cuda = getattr(sys.modules.get("torch"), "cuda", None)
            if cuda is not None and cuda.is_initialized():
                cuda.empty_cache()

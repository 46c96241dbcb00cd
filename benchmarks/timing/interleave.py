"""Interleaved timing: every round calls each case of a group once; samples stay raw."""

import gc
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import count

from benchmarks.cases.case import PreparedCase
from benchmarks.system.memory import peak_resident
from benchmarks.system.out_of_memory import is_out_of_memory
from benchmarks.timing.calls import (
    Samples,
    record_device_memory,
    record_device_state,
    reset_device_memory,
    time_call,
)
from benchmarks.timing.limits import TimingLimits
from benchmarks.timing.warmup import WINDOW, warm_seconds, warm_up
from fer.peak_memory import reset_peak

PAUSE_SECONDS = 0.015
"""Cool-down between interleaved cases: torch's OpenMP threads busy-wait for 10 ms after a call, on
the cores that the next case needs."""
SHORT_SECONDS = 0.015
"""A case with calls as short as this gets one untimed call after the pause; otherwise the wake-up
of its threads would be timed."""
COLLECT_SECONDS = 1.0
"""Garbage is collected between samples, at most this often, and never within one."""


def _ignore(_step: str, _position: int) -> None:
    """No progress is reported."""


def time_interleaved(
    prepared_cases: Sequence[PreparedCase],
    limits: TimingLimits,
    *,
    seed: int = 0,
    clock: Callable[[], float] = time.perf_counter,
    pause: Callable[[float], object] = time.sleep,
    report: Callable[[str, int], object] = _ignore,
) -> list[Samples]:
    """Time cases against each other, each called once a round in a new random order.

    A case that runs out of memory or raises is dropped from then on; the others go on. Timing ends
    after the first round in which every case has had its seconds and rounds.

    Args:
        seed: of the order.
        clock: returns seconds.
        pause: cool-down between interleaved cases.
        report: called with ``warm-up`` and the position of each case, then with ``timing``.
    """
    most = min([limits.most_rounds, *(each.most_rounds for each in prepared_cases
                                      if each.most_rounds)])  # fmt: skip
    limits = replace(limits, most_rounds=most)
    timed = [Samples() for _ in prepared_cases]
    reset_peak()
    for i, (prepared, samples) in enumerate(zip(prepared_cases, timed, strict=True)):
        report("warm-up", i)
        _keep_failure(samples, partial(warm_up, prepared, samples, limits, clock))
    draw, rank = random.Random(seed), count()
    # Freeze what the set-ups allocated: collections between samples then only visit what the calls
    # left.
    gc.collect()
    gc.freeze()
    report("timing", 0)
    collected = clock()
    try:
        gc.disable()
        while running := [i for i, samples in enumerate(timed) if samples.failure is None]:
            draw.shuffle(running)
            for i in running:
                prepared, samples = prepared_cases[i], timed[i]
                if len(prepared_cases) > 1:
                    pause(PAUSE_SECONDS)
                    _keep_failure(samples, partial(_wake, prepared, samples, clock))
                if samples.failure is None:
                    _keep_failure(samples, partial(_sample, prepared, samples, next(rank), clock))
                if clock() - collected > COLLECT_SECONDS:
                    gc.collect()
                    collected = clock()
            if _enough([timed[i] for i in running], limits):
                break
        for prepared, samples in zip(prepared_cases, timed, strict=True):
            record_device_state(prepared, samples)
    finally:
        gc.enable()
        gc.unfreeze()
    return timed


def _enough(running: list[Samples], limits: TimingLimits) -> bool:
    timed = [samples for samples in running if samples.failure is None]
    rounds = min((len(samples.seconds) for samples in timed), default=0)
    if rounds >= limits.most_rounds:
        return True
    spent = sum(sum(samples.seconds) for samples in timed)
    return rounds >= limits.least_rounds and spent >= limits.seconds * len(timed)


def _wake(prepared: PreparedCase, samples: Samples, clock: Callable[[], float]) -> None:
    if warm_seconds(samples) < SHORT_SECONDS:
        time_call(prepared, clock)


def _sample(
    prepared: PreparedCase, samples: Samples, rank: int, clock: Callable[[], float]
) -> None:
    reset_device_memory(prepared)  # the peaks so far include the other cases'
    wall, device = time_call(prepared, clock)
    samples.seconds.append(wall)
    samples.order.append(rank)
    if prepared.member_seconds:
        samples.member_seconds.append(prepared.member_seconds())
    if device is not None:
        samples.device_seconds.append(device)
        record_device_memory(prepared, samples)
    # Between samples, and rarely: reading it takes a fifth of a millisecond and more.
    if len(samples.seconds) <= WINDOW:
        resident = prepared.peak_bytes() if prepared.peak_bytes else peak_resident()
        if resident is not None:
            samples.peak_rss_bytes = max(samples.peak_rss_bytes or 0, resident)


def _keep_failure(samples: Samples, run: Callable[[], None]) -> None:
    """Run; an exception becomes the case's failure, and its samples are dropped."""
    try:
        run()
    except Exception as error:
        # The traceback holds the tensors that did not fit.
        samples.failure = error.with_traceback(None)
        samples.seconds.clear()
        samples.device_seconds.clear()
        samples.order.clear()
        samples.member_seconds.clear()
        if is_out_of_memory(error):
            gc.collect()
            cuda = getattr(sys.modules.get("torch"), "cuda", None)
            if cuda is not None and cuda.is_initialized():
                cuda.empty_cache()

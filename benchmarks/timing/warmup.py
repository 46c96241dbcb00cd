"""Warm-up: calls until their time is stable."""

import math
import statistics
import time
from collections.abc import Callable

from benchmarks.cases.case import PreparedCase
from benchmarks.timing.calls import Samples, time_call
from benchmarks.timing.limits import TimingLimits

WINDOW = 3
"""Consecutive calls whose median is compared with that of the calls before."""
STABLE = 0.05
"""Largest relative change between two such medians that counts as stable."""


def warm_up(
    prepared: PreparedCase,
    samples: Samples,
    limits: TimingLimits,
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    """Call until the time is stable, or ``limits.warmup_seconds`` have passed."""
    began = clock()
    while True:
        samples.warmup.append(time_call(prepared, clock)[0])
        # The first call may compile for a minute, which says nothing about later ones. A case that
        # starts processes of its own has nothing to warm up.
        if len(samples.warmup) == 1 and prepared.most_rounds is None:
            began = clock()
            continue
        before = samples.warmup[-2 * WINDOW : -WINDOW]
        if len(before) == WINDOW:
            earlier, latest = statistics.median(before), warm_seconds(samples)
            if abs(earlier - latest) <= STABLE * earlier:
                return
        if clock() - began > limits.warmup_seconds:
            return


def warm_seconds(samples: Samples) -> float:
    """Median of the last warm-up calls."""
    return statistics.median(samples.warmup[-WINDOW:])


def rounds_for(prepared: PreparedCase, samples: Samples, limits: TimingLimits) -> int:
    """Number of rounds that the limits allow a warm case, estimated from its last calls."""
    most = min(limits.most_rounds, prepared.most_rounds or limits.most_rounds)
    wanted = math.ceil(limits.seconds / max(warm_seconds(samples), 1e-9))
    return max(1, min(most, max(limits.least_rounds, wanted)))

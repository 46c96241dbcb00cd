"""Warm-up: calls until their time is stable, and the rounds that follow from it."""

import pytest

from benchmarks.timing.calls import Samples
from benchmarks.timing.interleave import time_interleaved
from benchmarks.timing.limits import TimingLimits
from benchmarks.timing.warmup import STABLE, rounds_for, warm_up

LIMITS = TimingLimits(seconds=1, least_rounds=3, most_rounds=10, warmup_seconds=100)


def test_warm_up_goes_on_until_calls_are_as_quick_as_those_before(clock):
    samples = Samples()
    warm_up(clock.prepared(9, 8, 7, 6, 5, 4, 3, 2, 1), samples, LIMITS, clock)
    last, before = samples.warmup[-3:], samples.warmup[-6:-3]
    assert abs(sorted(last)[1] - sorted(before)[1]) <= STABLE * sorted(before)[1]
    assert samples.warmup[:9] == pytest.approx([9, 8, 7, 6, 5, 4, 3, 2, 1])


def test_a_first_call_that_compiles_does_not_use_up_the_warm_up(clock):
    samples = Samples()
    warm_up(clock.prepared(60, 1), samples, TimingLimits(warmup_seconds=3), clock)
    assert len(samples.warmup) == 5


def test_warm_up_that_never_becomes_stable_ends_by_time(clock):
    samples = Samples()
    warm_up(clock.prepared(*([1, 2] * 50)), samples, TimingLimits(warmup_seconds=30), clock)
    assert sum(samples.warmup[1:]) < 34


@pytest.mark.parametrize("seconds", [10.0, 0.25, 0.001])
def test_rounds_known_beforehand_are_those_that_timing_takes(clock, seconds):
    prepared, samples = clock.prepared(seconds), Samples()
    warm_up(prepared, samples, LIMITS, clock)
    [timed] = time_interleaved([clock.prepared(seconds)], LIMITS, clock=clock)
    assert rounds_for(prepared, samples, LIMITS) == len(timed.seconds)

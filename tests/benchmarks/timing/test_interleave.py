"""Interleaved timing: order, bounds, failures, garbage collection and memory."""

import gc

import pytest

from benchmarks.cases.case import PreparedCase
from benchmarks.timing.interleave import time_interleaved
from benchmarks.timing.limits import TimingLimits

LIMITS = TimingLimits(seconds=1, least_rounds=3, most_rounds=10, warmup_seconds=100)


def test_samples_are_the_clocks_differences_and_nothing_else(clock):
    [samples] = time_interleaved([clock.prepared(0.25)], LIMITS, clock=clock)
    assert samples.seconds == pytest.approx([0.25] * 4)


def test_warm_up_is_no_sample(clock):
    [samples] = time_interleaved([clock.prepared(5, 5, 5, 5, 5, 5, 0.5)], LIMITS, clock=clock)
    assert 5 in samples.warmup
    assert samples.seconds == pytest.approx([0.5] * 3)


@pytest.mark.parametrize(
    ("seconds", "rounds"),
    [(10.0, 3), (0.25, 4), (0.001, 10)],
    ids=["least", "by time", "most"],
)
def test_rounds_are_bounded_by_time_and_by_number(clock, seconds, rounds):
    [samples] = time_interleaved([clock.prepared(seconds)], LIMITS, clock=clock)
    assert len(samples.seconds) == rounds


def test_a_slow_case_may_limit_its_rounds(clock):
    [samples] = time_interleaved([clock.prepared(0.001, most_rounds=2)], LIMITS, clock=clock)
    assert len(samples.seconds) == 2


def test_every_round_calls_each_case_once_in_a_new_order(clock):
    samples = time_interleaved([clock.prepared(0.01) for _ in range(4)], LIMITS, clock=clock)
    ranks = sorted(
        (rank, which) for which, prepared in enumerate(samples) for rank in prepared.order
    )
    assert [rank for rank, _ in ranks] == list(range(40))
    rounds = [[which for _, which in ranks[i : i + 4]] for i in range(0, 40, 4)]
    assert all(sorted(found) == [0, 1, 2, 3] for found in rounds)
    assert len(set(map(tuple, rounds))) > 3


def test_an_interleaved_case_is_timed_after_a_pause_and_a_short_one_after_an_untimed_call(clock):
    """Each call is 100 times as slow after a pause."""
    paused = False

    def pause(_):
        nonlocal paused
        paused = True

    def call():
        nonlocal paused
        clock.now += 0.5 if paused else 0.005
        paused = False

    prepared_cases = [PreparedCase(call=call, items=1, unit="calls") for _ in range(2)]
    samples = time_interleaved(prepared_cases, LIMITS, clock=clock, pause=pause)
    assert [prepared.seconds for prepared in samples] == [pytest.approx([0.005] * 10)] * 2
    [alone] = time_interleaved([clock.prepared(0.5)], LIMITS, clock=clock, pause=pytest.fail)
    assert len(alone.seconds) == 3


def test_the_same_seed_gives_the_same_order(clock):
    def orders(seed):
        prepared_cases = [clock.prepared(0.01) for _ in range(3)]
        return [
            samples.order
            for samples in time_interleaved(prepared_cases, LIMITS, seed=seed, clock=clock)
        ]

    assert orders(1) == orders(1) != orders(2)


def test_a_case_that_fails_leaves_the_other_samples_of_its_group(clock):
    calls = 0

    def fail():
        nonlocal calls
        calls += 1
        if calls > 8:
            raise MemoryError("no more")

    failing = PreparedCase(call=fail, items=1, unit="calls")
    failed, other = time_interleaved([failing, clock.prepared(0.01)], LIMITS, clock=clock)
    assert isinstance(failed.failure, MemoryError)
    assert (failed.seconds, failed.order) == ([], [])
    assert (other.failure, len(other.seconds)) == (None, 10)


def test_garbage_is_not_collected_inside_a_call_and_is_again_afterwards(clock):
    collecting = []
    prepared = PreparedCase(call=lambda: collecting.append(gc.isenabled()), items=1, unit="calls")
    [samples] = time_interleaved(
        [prepared], TimingLimits(seconds=0, least_rounds=5, warmup_seconds=0)
    )
    assert not any(collecting[len(samples.warmup) :])
    assert gc.isenabled()


def test_a_reset_is_not_timed(clock):
    def reset():
        clock.now += 100

    [samples] = time_interleaved([clock.prepared(0.5, reset=reset)], LIMITS, clock=clock)
    assert samples.seconds == pytest.approx([0.5] * 3)


@pytest.mark.peak_memory
def test_peak_memory_is_that_of_the_calls(clock):
    def call():
        return len(bytearray(b"x") * (64 << 20))

    small = PreparedCase(call=lambda: None, items=1, unit="calls")
    large = PreparedCase(call=call, items=1, unit="calls")
    limits = TimingLimits(seconds=0, least_rounds=3, warmup_seconds=0)
    [before] = time_interleaved([small], limits)
    [after] = time_interleaved([large], limits)
    [again] = time_interleaved([small], limits)
    assert after.peak_rss_bytes - before.peak_rss_bytes > 50 << 20
    assert after.peak_rss_bytes - again.peak_rss_bytes > 50 << 20

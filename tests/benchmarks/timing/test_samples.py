"""Warm-up, order, bounds and failures of the timing, on a clock that only the works move."""

import gc

import pytest

from benchmarks.cases.case import Work
from benchmarks.timing.samples import (
    STABLE,
    Limits,
    Samples,
    note_device,
    note_device_memory,
    reset_device_memory,
    rounds_for,
    sampled,
    time_in_turns,
    warm_up,
)


class Clock:
    """Seconds that pass only while a work is called."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def work(self, *seconds, **facts):
        """A work whose calls take these seconds, the last one over and over."""
        left = list(seconds)

        def call():
            self.now += left.pop(0) if len(left) > 1 else left[0]

        return Work(call=call, items=1, unit="calls", **facts)


@pytest.fixture
def clock():
    return Clock()


LIMITS = Limits(seconds=1, least_rounds=3, most_rounds=10, warmup_seconds=100)


def test_samples_are_the_clocks_differences_and_nothing_else(clock):
    [seen] = time_in_turns([clock.work(0.25)], LIMITS, clock=clock)
    assert seen.seconds == pytest.approx([0.25] * 4)


def test_warm_up_goes_on_until_calls_are_as_quick_as_those_before(clock):
    seen = Samples()
    warm_up(clock.work(9, 8, 7, 6, 5, 4, 3, 2, 1), seen, LIMITS, clock)
    last, before = seen.warmup[-3:], seen.warmup[-6:-3]
    assert abs(sorted(last)[1] - sorted(before)[1]) <= STABLE * sorted(before)[1]
    assert seen.warmup[:9] == pytest.approx([9, 8, 7, 6, 5, 4, 3, 2, 1])


def test_a_first_call_that_compiles_does_not_use_up_the_warm_up(clock):
    seen = Samples()
    warm_up(clock.work(60, 1), seen, Limits(warmup_seconds=3), clock)
    assert len(seen.warmup) == 5


def test_warm_up_that_never_becomes_stable_ends_by_time(clock):
    seen = Samples()
    warm_up(clock.work(*([1, 2] * 50)), seen, Limits(warmup_seconds=30), clock)
    assert sum(seen.warmup[1:]) < 34


def test_warm_up_is_no_sample(clock):
    [seen] = time_in_turns([clock.work(5, 5, 5, 5, 5, 5, 0.5)], LIMITS, clock=clock)
    assert 5 in seen.warmup
    assert seen.seconds == pytest.approx([0.5] * 3)


@pytest.mark.parametrize(
    ("seconds", "rounds"),
    [(10.0, 3), (0.25, 4), (0.001, 10)],
    ids=["least", "by time", "most"],
)
def test_rounds_are_bounded_by_time_and_by_number(clock, seconds, rounds):
    [seen] = time_in_turns([clock.work(seconds)], LIMITS, clock=clock)
    assert len(seen.seconds) == rounds


@pytest.mark.parametrize("seconds", [10.0, 0.25, 0.001])
def test_rounds_known_beforehand_are_those_that_timing_takes(clock, seconds):
    work, seen = clock.work(seconds), Samples()
    warm_up(work, seen, LIMITS, clock)
    [timed] = time_in_turns([clock.work(seconds)], LIMITS, clock=clock)
    assert rounds_for(work, seen, LIMITS) == len(timed.seconds)


def test_a_work_of_seconds_may_ask_for_fewer_rounds(clock):
    [seen] = time_in_turns([clock.work(0.001, most_rounds=2)], LIMITS, clock=clock)
    assert len(seen.seconds) == 2


def test_every_round_calls_each_work_once_in_an_order_that_changes(clock):
    seen = time_in_turns([clock.work(0.01) for _ in range(4)], LIMITS, clock=clock)
    ranks = sorted((rank, which) for which, work in enumerate(seen) for rank in work.order)
    assert [rank for rank, _ in ranks] == list(range(40))
    rounds = [[which for _, which in ranks[i : i + 4]] for i in range(0, 40, 4)]
    assert all(sorted(found) == [0, 1, 2, 3] for found in rounds)
    assert len(set(map(tuple, rounds))) > 3


def test_a_rival_is_timed_after_a_pause_and_a_short_one_after_a_call_that_does_not_count(clock):
    """Each call is 100 times as slow after a pause."""
    paused = False

    def pause(_):
        nonlocal paused
        paused = True

    def call():
        nonlocal paused
        clock.now += 0.5 if paused else 0.005
        paused = False

    works = [Work(call=call, items=1, unit="calls") for _ in range(2)]
    seen = time_in_turns(works, LIMITS, clock=clock, pause=pause)
    assert [work.seconds for work in seen] == [pytest.approx([0.005] * 10)] * 2
    [alone] = time_in_turns([clock.work(0.5)], LIMITS, clock=clock, pause=pytest.fail)
    assert len(alone.seconds) == 3


def test_the_same_seed_gives_the_same_order(clock):
    def orders(seed):
        works = [clock.work(0.01) for _ in range(3)]
        return [seen.order for seen in time_in_turns(works, LIMITS, seed=seed, clock=clock)]

    assert orders(1) == orders(1) != orders(2)


def test_a_work_that_fails_leaves_its_rivals_their_samples(clock):
    calls = 0

    def fail():
        nonlocal calls
        calls += 1
        if calls > 8:
            raise MemoryError("no more")

    failing = Work(call=fail, items=1, unit="calls")
    failed, other = time_in_turns([failing, clock.work(0.01)], LIMITS, clock=clock)
    assert isinstance(failed.failure, MemoryError)
    assert (failed.seconds, failed.order) == ([], [])
    assert (other.failure, len(other.seconds)) == (None, 10)


def test_garbage_is_not_collected_inside_a_call_and_is_again_afterwards(clock):
    seen = []
    work = Work(call=lambda: seen.append(gc.isenabled()), items=1, unit="calls")
    [samples] = time_in_turns([work], Limits(seconds=0, least_rounds=5, warmup_seconds=0))
    assert not any(seen[len(samples.warmup) :])
    assert gc.isenabled()


def test_what_resets_a_work_is_not_timed(clock):
    def reset():
        clock.now += 100

    [seen] = time_in_turns([clock.work(0.5, reset=reset)], LIMITS, clock=clock)
    assert seen.seconds == pytest.approx([0.5] * 3)


class Cuda:
    """``torch.cuda`` of a device that does each call in 3 s, while the host does not wait."""

    def __init__(self, clock):
        self.clock, self.done, self.peak, self.pending = clock, 0.0, 0, False

    def call(self, size):
        self.done = self.clock.now + 3
        self.peak = max(self.peak, size)

    def synchronize(self, _device):
        self.clock.now = max(self.clock.now, self.done)

    def reset_peak_memory_stats(self, _device):
        self.peak = 0

    def max_memory_allocated(self, _device):
        return self.peak

    def max_memory_reserved(self, _device):
        return 2 * self.peak

    def Event(self, enable_timing):  # noqa: N802
        assert enable_timing
        return Event(self)


class Event:
    def __init__(self, cuda):
        self.cuda, self.at = cuda, 0.0

    def record(self):
        self.at = max(self.cuda.clock.now, self.cuda.done)

    def elapsed_time(self, later):
        return 1000 * (later.at - self.at)


@pytest.fixture
def cuda(monkeypatch, clock):
    found = Cuda(clock)
    monkeypatch.setattr(
        "benchmarks.timing.samples._cuda", lambda work: found if work.device else None
    )
    monkeypatch.setattr(
        "benchmarks.system.gpu.state_of", lambda device: {"temperature_celsius": device}
    )
    return found


def test_on_cuda_a_call_lasts_until_the_device_is_done_by_both_clocks(cuda, clock):
    work = Work(call=lambda: cuda.call(5), items=1, unit="calls", device=60)
    [seen] = time_in_turns([work], LIMITS, clock=clock)
    assert seen.seconds == seen.device_seconds == pytest.approx([3.0] * 3)
    assert seen.gpu == {"temperature_celsius": 60}


def test_peak_memory_on_the_device_is_not_that_of_a_rival(cuda, clock):
    small, large = (
        Work(call=lambda size=size: cuda.call(size), items=1, unit="calls", device=60)
        for size in (5, 900)
    )
    seen = time_in_turns([small, large], LIMITS, clock=clock, pause=lambda _: None)
    assert [(each.peak_device_bytes, each.peak_reserved_bytes) for each in seen] == [
        (5, 10),
        (900, 1800),
    ]


def test_for_another_clock_a_call_is_waited_for_and_its_events_are_kept(cuda, clock):
    work, seen = Work(call=lambda: cuda.call(5), items=1, unit="calls", device=60), Samples()
    cuda.call(10**9)
    cuda.synchronize(60)
    before = clock.now
    reset_device_memory(work)
    call = sampled(work, seen)
    call()
    call()
    assert clock.now - before == 6
    assert seen.device_seconds == pytest.approx([3.0, 3.0])
    note_device_memory(work, seen)
    note_device(work, seen)
    assert (seen.peak_device_bytes, seen.gpu) == (5, {"temperature_celsius": 60})


def test_without_a_device_there_is_nothing_of_it(clock):
    work, seen = clock.work(1, member_seconds=lambda: [1.0, 2.0]), Samples()
    sampled(work, seen)()
    note_device_memory(work, seen)
    note_device(work, seen)
    assert (seen.device_seconds, seen.peak_device_bytes, seen.gpu) == ([], None, {})
    assert seen.member_seconds == [[1.0, 2.0]]


@pytest.mark.peak_memory
def test_peak_memory_is_that_of_the_calls(clock):
    def call():
        return len(bytearray(b"x") * (64 << 20))

    small = Work(call=lambda: None, items=1, unit="calls")
    large = Work(call=call, items=1, unit="calls")
    limits = Limits(seconds=0, least_rounds=3, warmup_seconds=0)
    [before] = time_in_turns([small], limits)
    [after] = time_in_turns([large], limits)
    [again] = time_in_turns([small], limits)
    assert after.peak_rss_bytes - before.peak_rss_bytes > 50 << 20
    assert after.peak_rss_bytes - again.peak_rss_bytes > 50 << 20

"""Single calls: CUDA events and memory of a simulated device, and another clock."""

import pytest

from benchmarks.cases.case import PreparedCase
from benchmarks.timing.calls import (
    Samples,
    record_device_memory,
    record_device_state,
    reset_device_memory,
    sampled_elsewhere,
)
from benchmarks.timing.interleave import time_interleaved
from benchmarks.timing.limits import TimingLimits

LIMITS = TimingLimits(seconds=1, least_rounds=3, most_rounds=10, warmup_seconds=100)


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
    fake = Cuda(clock)
    monkeypatch.setattr(
        "benchmarks.timing.calls.cuda_of", lambda prepared: fake if prepared.device else None
    )
    monkeypatch.setattr(
        "benchmarks.system.gpu.state_of", lambda device: {"temperature_celsius": device}
    )
    return fake


def test_on_cuda_a_call_lasts_until_the_device_is_done_by_both_clocks(cuda, clock):
    prepared = PreparedCase(call=lambda: cuda.call(5), items=1, unit="calls", device=60)
    [samples] = time_interleaved([prepared], LIMITS, clock=clock)
    assert samples.seconds == samples.device_seconds == pytest.approx([3.0] * 3)
    assert samples.gpu == {"temperature_celsius": 60}


def test_peak_memory_on_the_device_is_that_of_the_case_alone(cuda, clock):
    small, large = (
        PreparedCase(call=lambda size=size: cuda.call(size), items=1, unit="calls", device=60)
        for size in (5, 900)
    )
    samples = time_interleaved([small, large], LIMITS, clock=clock, pause=lambda _: None)
    assert [(each.peak_device_bytes, each.peak_reserved_bytes) for each in samples] == [
        (5, 10),
        (900, 1800),
    ]


def test_for_another_clock_a_call_is_waited_for_and_its_events_are_kept(cuda, clock):
    prepared, samples = (
        PreparedCase(call=lambda: cuda.call(5), items=1, unit="calls", device=60),
        Samples(),
    )
    cuda.call(10**9)
    cuda.synchronize(60)
    before = clock.now
    reset_device_memory(prepared)
    call = sampled_elsewhere(prepared, samples)
    call()
    call()
    assert clock.now - before == 6
    assert samples.device_seconds == pytest.approx([3.0, 3.0])
    record_device_memory(prepared, samples)
    record_device_state(prepared, samples)
    assert (samples.peak_device_bytes, samples.gpu) == (5, {"temperature_celsius": 60})


def test_without_a_device_there_is_nothing_of_it(clock):
    prepared, samples = clock.prepared(1, member_seconds=lambda: [1.0, 2.0]), Samples()
    sampled_elsewhere(prepared, samples)()
    record_device_memory(prepared, samples)
    record_device_state(prepared, samples)
    assert (samples.device_seconds, samples.peak_device_bytes, samples.gpu) == ([], None, {})
    assert samples.member_seconds == [[1.0, 2.0]]

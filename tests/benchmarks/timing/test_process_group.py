"""Process groups: calls at once, and a member that is killed."""

import gc
import os
import signal
import time

import pytest
import torch

from benchmarks.cases.case import PreparedCase
from benchmarks.timing.interleave import time_interleaved
from benchmarks.timing.limits import TimingLimits
from benchmarks.timing.process_group import prepare_process_group

CPU = torch.device("cpu")
ONCE = TimingLimits(seconds=0, least_rounds=2, most_rounds=2, warmup_seconds=0)


def _sleepy():
    return PreparedCase(call=lambda: time.sleep(0.05), items=3, unit="naps")


def _sleepier():
    prepared = _sleepy()
    prepared.call = lambda: time.sleep(0.0 if gc.isenabled() else 0.2)  # garbage is left alone
    return prepared


def _killed():
    return PreparedCase(call=lambda: os.kill(os.getpid(), signal.SIGKILL), items=1, unit="deaths")


def test_a_process_group_runs_its_calls_at_once():
    prepared = prepare_process_group([_sleepy, _sleepy, _sleepier])
    try:
        assert (prepared.items, prepared.unit) == (9, "naps")
        [samples] = time_interleaved([prepared], ONCE)
    finally:
        prepared.close()
    assert samples.failure is None
    assert min(samples.seconds) >= 0.2
    assert [len(call) for call in samples.member_seconds] == [3, 3]
    for first, second, last in samples.member_seconds:
        assert 0.05 <= min(first, second) <= max(first, second) < 0.2 <= last


@pytest.mark.parametrize(("kills", "error"), [([3, 4], MemoryError), ([3, 3], RuntimeError)])
def test_a_process_of_a_group_that_is_killed_for_memory_raises_memory_error(
    monkeypatch, kills, error
):
    counts = iter(kills)
    monkeypatch.setattr("benchmarks.timing.process_group.out_of_memory_kills", lambda: next(counts))
    prepared = prepare_process_group([_killed])
    try:
        with pytest.raises(error):
            prepared.call()
    finally:
        prepared.close()

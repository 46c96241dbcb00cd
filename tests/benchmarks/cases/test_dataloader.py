"""Training against torchvision's DataLoader: the same work from another source of batches."""

import pytest
import torch
from made_recordings import made_recording_set

from benchmarks.analysis.comparison import compare
from benchmarks.cases import dataloader, families
from benchmarks.cases.workload import noise
from benchmarks.system.out_of_memory import kills_as_memory_error
from benchmarks.timing.interleave import time_interleaved
from benchmarks.timing.limits import TimingLimits

CPU = torch.device("cpu")
ONCE = TimingLimits(seconds=0, least_rounds=2, most_rounds=2, warmup_seconds=0)


def test_all_feeds_of_a_device_are_interleaved():
    loaders = [case for case in families.full() if case.group == "dataloader"]
    for device in ("cpu", "cuda"):
        groups = {case.interleave_group for case in loaders if case.params["device"] == device}
        feeds = {case.params["feed"] for case in loaders if case.params["device"] == device}
        assert len(groups) == 1
        assert None not in groups
        assert feeds == set(dataloader.FEEDS)


def test_every_dataloader_of_a_recording_is_compared_with_resident_tensors():
    side = made_recording_set(only=("dataloader",))
    rows = compare(side, side, factor="feed").rows
    assert [row.params["feed"] for row in rows] == list(dataloader.FEEDS[1:])
    assert all(row.interleaved and row.differs == () for row in rows)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("feed", ["dataloader_0", "dataloader_2"])
def test_a_dataloader_feeds_the_same_faces_to_the_same_step(monkeypatch, feed):
    monkeypatch.setattr(dataloader, "BATCH", 4)
    monkeypatch.setattr(dataloader, "STEPS", {"cpu": 2})
    ours = dataloader.set_up("cpu", "ours")
    theirs = dataloader.set_up("cpu", feed)
    try:
        samples = time_interleaved([ours, theirs], ONCE)
    finally:
        theirs.close()
    assert [timed.failure for timed in samples] == [None, None]
    assert (ours.items, ours.flops) == (theirs.items, theirs.flops) == (8, ours.flops)


def test_a_dataloader_gives_transformed_batches_in_the_range_that_the_network_takes():
    loader = dataloader.build_loader(noise(2 * dataloader.BATCH, CPU), 0, pin=False)
    batches = list(loader)
    assert len(batches) == 2
    for images, labels in batches:
        assert images.shape == (dataloader.BATCH, 1, 48, 48)
        assert (images.dtype, labels.dtype) == (torch.float32, torch.int64)
        assert 0 <= images.min() < images.max() <= 1


def test_a_worker_of_a_dataloader_that_is_killed_for_memory_raises_memory_error(monkeypatch):
    counts = iter([0, 1, 1, 1])
    monkeypatch.setattr("benchmarks.system.out_of_memory.out_of_memory_kills", lambda: next(counts))

    @kills_as_memory_error()
    def call():
        raise RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed.")

    with pytest.raises(MemoryError, match="killed by signal"):
        call()
    with pytest.raises(RuntimeError, match="killed by signal"):
        call()

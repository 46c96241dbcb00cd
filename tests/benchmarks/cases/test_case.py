"""What a case is called, and what the sets of cases hold."""

import gc
import os
import signal
import time
from dataclasses import replace

import pytest
import torch
from made_recordings import made_side

from benchmarks import cases
from benchmarks.analysis.comparison import compare
from benchmarks.cases import dataloader, inference, report, training
from benchmarks.cases.case import GROUPS, Absent, Case, Work
from benchmarks.cases.faces import set_up_load
from benchmarks.cases.study import reporter_work
from benchmarks.cases.workload import noise
from benchmarks.system.memory import kills_told_as_memory
from benchmarks.timing.process_group import gather
from benchmarks.timing.samples import Limits, time_in_turns

CPU = torch.device("cpu")
ONCE = Limits(seconds=0, least_rounds=2, most_rounds=2, warmup_seconds=0)


def test_a_name_shows_every_factor_in_order():
    case = Case("training", {"device": "cpu", "batch": 128}, lambda: None)
    assert case.name == "training[device=cpu,batch=128]"


@pytest.mark.parametrize("choose", [cases.full, cases.quick, cases.every])
def test_every_case_of_a_set_has_a_name_of_its_own_and_a_known_group(choose):
    found = choose()
    assert len({case.name for case in found}) == len(found)
    assert {case.group for case in found} <= set(GROUPS)


def test_rivals_share_their_threads_as_they_share_a_process():
    threads = {}
    for case in cases.every():
        if case.rivals:
            assert threads.setdefault(case.rivals, case.threads) == case.threads


@pytest.mark.parametrize(
    "factor",
    [
        "batch=32,",
        "batch=2048,",
        "precision=tf32",
        "precision=fp16",
        "layout=contiguous",
        "mode=compiled",
        "mode=graph",
        "mode=onnxruntime",
        "batch=4096,",
        "feed=ours",
        "feed=dataloader_4",
        "group=training training[device=cpu,precision=bf16,batch=128,layout=channels_last,"
        "mode=eager,processes=one_a_core",
        "group=inference inference[device=cpu,precision=bf16,batch=256,layout=channels_last,"
        "mode=eager,processes=one_a_core",
        "storage=postgresql,workers=4",
        "what=trial_start",
        "what=prepare",
        "page=audit",
        "page=study",
    ],
)
def test_the_full_set_has_it(factor):
    names = [f"group={case.group} {case.name}" for case in cases.full()]
    assert any(factor in name for name in names)


def test_ours_and_the_dataloaders_take_turns():
    loaders = [case for case in cases.full() if case.group == "dataloader"]
    for device in ("cpu", "cuda"):
        rivals = {case.rivals for case in loaders if case.params["device"] == device}
        feeds = {case.params["feed"] for case in loaders if case.params["device"] == device}
        assert len(rivals) == 1
        assert None not in rivals
        assert feeds == set(dataloader.FEEDS)


def test_the_ways_to_train_in_fp32_take_turns():
    found = [case for case in cases.full() if case.rivals == "training cpu fp32 128"]
    ways = [(case.params["layout"], case.params["mode"]) for case in found]
    assert ways == [
        ("channels_last", "eager"),
        ("contiguous", "eager"),
        ("channels_last", "compiled"),
    ]


def test_ours_is_held_against_every_dataloader_of_one_recording():
    side = made_side(only=("dataloader",))
    rows = compare(side, side, factor="feed").rows
    assert [row.params["feed"] for row in rows] == list(dataloader.FEEDS[1:])
    assert all(row.in_turns and row.differs == () for row in rows)


def test_a_process_a_core_is_compared_with_one_on_all_though_its_threads_differ():
    side = made_side(only=("training", "inference"))
    cases = [
        replace(case, extra={**case.extra, "threads": 1})
        if case.params["processes"] == "one_a_core"
        else case
        for case in side.runs[0].measured
    ]
    side = replace(side, runs=(replace(side.runs[0], measured=tuple(cases)),))
    rows = compare(side, side, factor="processes").rows
    assert [(row.group, row.params["precision"]) for row in rows] == [
        ("training", "fp32"),
        ("training", "bf16"),
        ("inference", "fp32"),
        ("inference", "bf16"),
    ]


def test_each_report_is_stored_and_a_trial_has_no_step_twice(tmp_path):
    work = reporter_work(str(tmp_path / "studies.db"), str(tmp_path))
    [seen] = time_in_turns(
        [work], Limits(seconds=0, least_rounds=30, most_rounds=30, warmup_seconds=0)
    )
    work.close()
    assert seen.failure is None
    from search.storage.storage import Storage
    from search.storage.study import open_study

    with Storage(str(tmp_path / "studies.db")) as storage:
        trials = open_study(storage, "reports").everything()
        reports = [len(trial.intermediate_values) for trial in trials]
    assert sum(reports) == len(seen.seconds) + len(seen.warmup)
    assert max(reports) == 20


def _sleepy():
    return Work(call=lambda: time.sleep(0.05), items=3, unit="naps")


def _sleepier():
    work = _sleepy()
    work.call = lambda: time.sleep(0.0 if gc.isenabled() else 0.2)  # garbage is left alone
    return work


def _killed():
    return Work(call=lambda: os.kill(os.getpid(), signal.SIGKILL), items=1, unit="deaths")


def test_a_crowd_does_its_calls_at_once():
    work = gather([_sleepy, _sleepy, _sleepier])
    try:
        assert (work.items, work.unit) == (9, "naps")
        [seen] = time_in_turns([work], ONCE)
    finally:
        work.close()
    assert seen.failure is None
    assert min(seen.seconds) >= 0.2
    assert [len(call) for call in seen.member_seconds] == [3, 3]
    for first, second, last in seen.member_seconds:
        assert 0.05 <= min(first, second) <= max(first, second) < 0.2 <= last


@pytest.mark.parametrize(("kills", "error"), [([3, 4], MemoryError), ([3, 3], RuntimeError)])
def test_a_process_of_a_crowd_that_is_killed_for_memory_is_a_result(monkeypatch, kills, error):
    counts = iter(kills)
    monkeypatch.setattr("benchmarks.timing.process_group.out_of_memory_kills", lambda: next(counts))
    work = gather([_killed])
    try:
        with pytest.raises(error):
            work.call()
    finally:
        work.close()


def test_a_worker_of_a_loader_that_is_killed_for_memory_is_a_result(monkeypatch):
    counts = iter([0, 1, 1, 1])
    monkeypatch.setattr("benchmarks.system.memory.out_of_memory_kills", lambda: next(counts))

    @kills_told_as_memory()
    def call():
        raise RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed.")

    with pytest.raises(MemoryError, match="killed by signal"):
        call()
    with pytest.raises(RuntimeError, match="killed by signal"):
        call()


@pytest.mark.onnx
def test_onnx_runtime_leaves_the_cores_to_its_rivals_after_a_call():
    work = inference.set_up("cpu", "fp32", 8, "channels_last", "onnxruntime")
    used = []
    for _ in range(5):
        work.call()
        before = time.process_time()
        time.sleep(0.05)
        used.append(time.process_time() - before)
    assert min(used) < 0.01


def test_loading_is_timed_from_the_cache(monkeypatch):
    monkeypatch.setenv("FER_CACHE", "")
    work = set_up_load(70)
    try:
        [seen] = time_in_turns([work], ONCE)
    finally:
        work.close()
    assert (seen.failure, len(seen.seconds)) == (None, 2)


def test_a_studys_report_is_drawn(monkeypatch):
    monkeypatch.setattr(report, "TRIALS", 3)
    work = report.set_up_study()
    try:
        work.call()
    finally:
        work.close()


def test_a_step_is_timed_in_its_parts_too(monkeypatch):
    monkeypatch.setattr(training, "IMAGES", {"cpu": 8})
    work = training.set_up("cpu", "fp32", 4, "channels_last", "eager")
    [seen] = time_in_turns([work], ONCE)
    assert (seen.failure, work.items) == (None, 8)
    phases = work.phases()
    parts = ("gather", "augment", "forward", "backward", "clip", "update", "checkpoint")
    assert tuple(phases) == parts
    assert {name: len(samples) for name, samples in phases.items()} == dict.fromkeys(
        parts, training.PHASE_STEPS
    ) | {"checkpoint": 1}
    assert all(min(samples) > 0 for samples in phases.values())
    assert work.flops > 0
    assert work.bytes > 0


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("feed", ["dataloader_0", "dataloader_2"])
def test_a_dataloader_feeds_the_same_faces_to_the_same_step(monkeypatch, feed):
    monkeypatch.setattr(dataloader, "BATCH", 4)
    monkeypatch.setattr(dataloader, "STEPS", {"cpu": 2})
    ours = dataloader.set_up("cpu", "ours")
    theirs = dataloader.set_up("cpu", feed)
    try:
        seen = time_in_turns([ours, theirs], ONCE)
    finally:
        theirs.close()
    assert [timed.failure for timed in seen] == [None, None]
    assert (ours.items, ours.flops) == (theirs.items, theirs.flops) == (8, ours.flops)


def test_a_dataloader_gives_transformed_batches_in_the_range_that_the_network_takes():
    loader = dataloader.build_loader(noise(2 * dataloader.BATCH, CPU), 0, pin=False)
    batches = list(loader)
    assert len(batches) == 2
    for images, labels in batches:
        assert images.shape == (dataloader.BATCH, 1, 48, 48)
        assert (images.dtype, labels.dtype) == (torch.float32, torch.int64)
        assert 0 <= images.min() < images.max() <= 1


@pytest.mark.parametrize("group", ["training", "inference", "dataloader"])
def test_without_cuda_its_cases_are_absent_with_the_reason(group, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    on_cuda = [
        case for case in cases.full() if case.group == group and case.params.get("device") == "cuda"
    ]
    assert on_cuda
    for case in on_cuda:
        with pytest.raises(Absent, match="no CUDA device"):
            case.setup()

"""Cases of the network: which are interleaved, phases of a step, processes per core."""

import time
from dataclasses import replace

import pytest
import torch
from made_recordings import made_recording_set

from benchmarks.analysis.comparison import compare
from benchmarks.cases import families, inference, networks, training
from benchmarks.timing.interleave import time_interleaved
from benchmarks.timing.limits import TimingLimits
from fer.networks import FAMILIES

CPU = torch.device("cpu")
ONCE = TimingLimits(seconds=0, least_rounds=2, most_rounds=2, warmup_seconds=0)


def test_layouts_and_modes_of_one_batch_size_are_interleaved():
    interleaved = [
        case for case in families.full() if case.interleave_group == "training cpu fp32 128"
    ]
    ways = [(case.params["layout"], case.params["mode"]) for case in interleaved]
    assert ways == [
        ("channels_last", "eager"),
        ("contiguous", "eager"),
        ("channels_last", "compiled"),
    ]


def test_a_process_a_core_is_compared_with_one_on_all_though_its_threads_differ():
    side = made_recording_set(only=("training", "inference"))
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


@pytest.mark.onnx
def test_onnx_runtime_leaves_the_cores_idle_after_a_call():
    prepared = inference.set_up("cpu", "fp32", 8, "channels_last", "onnxruntime")
    used = []
    for _ in range(5):
        prepared.call()
        before = time.process_time()
        time.sleep(0.05)
        used.append(time.process_time() - before)
    assert min(used) < 0.01


def test_a_step_is_timed_in_its_parts_too(monkeypatch):
    monkeypatch.setattr(training, "IMAGES", {"cpu": 8})
    prepared = training.set_up("cpu", "fp32", 4, "channels_last", "eager")
    [seen] = time_interleaved([prepared], ONCE)
    assert (seen.failure, prepared.items) == (None, 8)
    phases = prepared.phases()
    parts = ("gather", "augment", "forward", "backward", "clip", "update", "checkpoint")
    assert tuple(phases) == parts
    assert {name: len(samples) for name, samples in phases.items()} == dict.fromkeys(
        parts, training.PHASE_STEPS
    ) | {"checkpoint": 1}
    assert all(min(samples) > 0 for samples in phases.values())
    assert prepared.flops > 0
    assert prepared.bytes > 0


def test_a_family_of_networks_is_timed_by_its_one_line(monkeypatch):
    monkeypatch.setattr(training, "IMAGES", {"cpu": 4})
    monkeypatch.setattr(networks, "BATCH", {"training": 4, "inference": 4})
    monkeypatch.setitem(FAMILIES, "another", FAMILIES["pooled"])
    cases = [
        case
        for case in networks.cases()
        if case.params["device"] == "cpu" and case.params["precision"] == "fp32"
    ]
    timed = {(case.params["work"], case.params["network"]): case for case in cases}
    assert timed.keys() == {(w, f) for w in ("training", "inference") for f in FAMILIES}
    flops = {}
    for work in ("training", "inference"):
        prepared = [timed[work, family].setup() for family in ("published", "another")]
        samples = time_interleaved(prepared, ONCE)
        assert [(each.failure, len(each.seconds)) for each in samples] == [(None, 2)] * 2
        flops[work] = [each.flops for each in prepared]
    assert all(one > other > 0 for one, other in flops.values()), "counted from its own network"

"""Names of cases, the sets of cases, and cases of the other families."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from made_recordings import made_recording_set

from benchmarks.cases import families, pages
from benchmarks.cases.case import Absent, Case
from benchmarks.cases.epoch_reports import reporter
from benchmarks.cases.faces import set_up_load
from benchmarks.timing.interleave import time_interleaved
from benchmarks.timing.limits import TimingLimits
from benchmarks.timing.timing_process import cases_of

CPU = torch.device("cpu")
ONCE = TimingLimits(seconds=0, least_rounds=2, most_rounds=2, warmup_seconds=0)


def test_a_name_shows_every_factor_in_order():
    case = Case("training", {"device": "cpu", "batch": 128}, lambda: None)
    assert case.name == "training[device=cpu,batch=128]"


@pytest.mark.parametrize("choose", [families.full, families.quick, families.every])
def test_every_case_of_a_set_has_a_name_of_its_own(choose):
    names = [case.name for case in choose()]
    assert len(names) == len(set(names)) > 10


def test_an_interleave_group_shares_its_threads_as_it_shares_a_process():
    threads = {}
    for case in families.every():
        if case.interleave_group:
            threads.setdefault(case.interleave_group, set()).add(case.threads)
    assert len(threads) > 10
    assert all(len(of_group) == 1 for of_group in threads.values())


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
    names = [f"group={case.group} {case.name}" for case in families.full()]
    assert any(factor in name for name in names)


def test_each_report_is_stored_and_a_trial_has_no_step_twice(tmp_path):
    prepared = reporter(str(tmp_path / "studies.db"), str(tmp_path))
    [samples] = time_interleaved(
        [prepared], TimingLimits(seconds=0, least_rounds=30, most_rounds=30, warmup_seconds=0)
    )
    prepared.close()
    assert samples.failure is None
    from search.storage.storage import Storage
    from search.storage.study import open_study

    with Storage(str(tmp_path / "studies.db")) as storage:
        trials = open_study(storage, "reports").everything()
        reports = [len(trial.intermediate_values) for trial in trials]
    assert sum(reports) == len(samples.seconds) + len(samples.warmup)
    assert max(reports) == 20


def test_loading_is_timed_from_the_cache(monkeypatch):
    monkeypatch.setenv("FER_CACHE", "")
    prepared = set_up_load(70)
    try:
        [samples] = time_interleaved([prepared], ONCE)
    finally:
        prepared.close()
    assert (samples.failure, len(samples.seconds)) == (None, 2)


def test_a_studys_page_is_written(monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "TRIALS", 3)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    prepared = pages.set_up_study()
    try:
        prepared.call()
        [page] = tmp_path.glob("*/page.html")
        assert "<!doctype html>" in page.read_text()
    finally:
        prepared.close()
    assert not page.exists()


def test_a_new_family_is_timed_listed_and_shown_through_its_one_entry(monkeypatch, capsys):
    """The family's file is made up; the entry in ``FAMILIES`` is the one line."""
    from benchmarks.cli.commands import list_cases
    from benchmarks.recordings.recording import Measured
    from reports.pages.bench import bench_page

    family = SimpleNamespace(
        cases=lambda: [Case("export", {"format": "onnx"}, lambda: None)],
        quick=lambda: [Case("export", {"format": "onnx"}, lambda: None)],
    )
    monkeypatch.setattr(families, "FAMILIES", (*families.FAMILIES, family))
    names = [case.name for case in families.full()]
    assert names[-1] == "export[format=onnx]"
    assert "export[format=onnx]" in cases_of(families.SOURCE)
    list_cases(quick=True, only=["export"])
    assert capsys.readouterr().out == "export[format=onnx]\n"
    recordings = made_recording_set(only=("study[what=help",))
    timed = Measured("export", names[-1], {"format": "onnx"}, 1, "files", (0.5,) * 9)
    run = replace(recordings.runs[0], measured=(*recordings.runs[0].measured, timed))
    page = bench_page([replace(recordings, runs=(run,))])
    rows = [row for figure in page.figures if figure.data for row in figure.data.rows]
    assert any("export" in str(row) for row in rows)


@pytest.mark.parametrize("group", ["training", "inference", "dataloader"])
def test_without_cuda_its_cases_are_absent_with_the_reason(group, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    on_cuda = [
        case
        for case in families.full()
        if case.group == group and case.params.get("device") == "cuda"
    ]
    assert on_cuda
    for case in on_cuda:
        with pytest.raises(Absent, match="no CUDA device"):
            case.setup()

"""What a case is called, and what the sets of cases hold."""

import pytest

from benchmarks import cases
from benchmarks.case import GROUPS, Case
from benchmarks.cases.faces import set_up_load
from benchmarks.cases.study import reporter_work
from benchmarks.crowd import gather
from benchmarks.timing import Limits, time_in_turns

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
        "feed=dataloader,workers=4",
        "storage=postgresql,workers=4",
        "what=trial_start",
        "what=prepare",
        "group=report",
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
        assert feeds == {"ours", "dataloader"}


def test_each_report_is_stored_and_a_trial_has_no_step_twice(tmp_path):
    work = reporter_work(str(tmp_path / "studies.db"), str(tmp_path))
    [seen] = time_in_turns(
        [work], Limits(seconds=0, least_rounds=30, most_rounds=30, warmup_seconds=0)
    )
    work.close()
    assert seen.failure is None
    from search.storage import Storage
    from search.study import open_study

    with Storage(str(tmp_path / "studies.db")) as storage:
        trials = open_study(storage, "reports").everything()
        reports = [len(trial.intermediate_values) for trial in trials]
    assert sum(reports) == len(seen.seconds) + len(seen.warmup)
    assert max(reports) == 20


def _sleepy():
    import time

    from benchmarks.case import Work

    return Work(call=lambda: time.sleep(0.05), items=3, unit="naps")


def test_a_crowd_does_its_calls_at_once():
    work = gather([_sleepy, _sleepy, _sleepy])
    try:
        assert (work.items, work.unit) == (9, "naps")
        [seen] = time_in_turns([work], ONCE)
    finally:
        work.close()
    assert seen.failure is None
    assert min(seen.seconds) >= 0.05


def test_loading_is_timed_from_the_cache(monkeypatch):
    monkeypatch.setenv("FER_CACHE", "")
    work = set_up_load(70)
    try:
        [seen] = time_in_turns([work], ONCE)
    finally:
        work.close()
    assert (seen.failure, len(seen.seconds)) == (None, 2)

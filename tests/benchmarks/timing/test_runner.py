"""Timing processes: cases that cannot run, run out of memory, or are killed."""

import os
import sys
from pathlib import Path

import pytest

from benchmarks.timing.limits import TimingLimits
from benchmarks.timing.runner import Plan, failures, groups_of, run

QUICK = TimingLimits(seconds=0, least_rounds=3, most_rounds=3, warmup_seconds=0)


class Watcher:
    def __init__(self):
        self.results = []

    def doing(self, step, name):
        pass

    def result(self, result):
        self.results.append(result.name)


@pytest.fixture(scope="module")
def outcome():
    """One run of all pretended cases: what was measured, what is absent, and what was shown."""
    here = str(Path(__file__).parents[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", here + os.pathsep + os.environ.get("PYTHONPATH", ""))
        patch.syspath_prepend(here)
        import pretend

        watcher = Watcher()
        cases = tuple(pretend.cases())
        measured, absent = run(Plan("pretend:cases", cases, QUICK), watcher)
        sys.modules.pop("pretend")

    def short(name):
        return name.removeprefix("study[pretend=").removesuffix("]")

    return (
        {short(case.name): case for case in measured},
        {short(case.name): case for case in absent},
        [short(name) for name in watcher.results],
        [short(case.name) for case in cases],
    )


def test_every_case_has_one_result(outcome):
    measured, absent, shown, all_of_them = outcome
    assert sorted(shown) == sorted(all_of_them) == sorted([*measured, *absent])


def test_raw_samples_order_and_threads_are_kept(outcome):
    quick = outcome[0]["quick"]
    assert len(quick.seconds) == 3
    assert all(0 < seconds < 1 for seconds in quick.seconds)
    assert (quick.items, quick.unit) == (100, "numbers")
    assert (quick.extra["order"], quick.extra["threads"]) == ([0, 1, 2], 1)
    assert quick.extra["warmup"]
    assert "energy_joules" not in quick.extra or quick.extra["energy_joules"] > 0
    assert "device_seconds" not in quick.extra


def test_every_sample_of_a_part_is_kept_beside_their_medians(outcome):
    extra = outcome[0]["in parts"].extra
    assert extra["phases"] == {"forward": 2.0, "backward": 6.0}
    assert extra["phase_seconds"] == {"forward": [3.0, 1.0, 2.0], "backward": [6.0]}


def test_a_machine_that_lacks_something_makes_the_case_absent_with_the_reason(outcome):
    assert outcome[1]["missing"].reason == "no such device"


@pytest.mark.parametrize("name", ["out of memory in setup", "too large"])
def test_out_of_memory_is_a_result(outcome, name):
    assert outcome[1][name].reason.startswith("out of memory: ")


def test_other_cases_of_the_group_of_a_failed_case_are_timed(outcome):
    assert {"beside them", "beside it"} <= set(outcome[0])


def test_a_killed_process_is_reported_and_the_rest_is_timed(outcome):
    assert "SIGKILL" in outcome[1]["killed"].reason
    assert "prints" in outcome[0]


def test_a_process_that_crashes_while_it_exits_keeps_its_samples(outcome):
    assert {"dies at its end", "prints"} <= set(outcome[0])


def test_a_case_that_fails_to_close_keeps_its_samples_and_its_group(outcome):
    assert {"does not close", "closes"} <= set(outcome[0])


def test_failed_cases_are_distinguished_from_cases_that_the_machine_cannot_run(outcome):
    assert sorted(case.name for case in failures(list(outcome[1].values()))) == [
        "study[pretend=faulty]",
        "study[pretend=killed]",
    ]
    assert "KeyError" in outcome[1]["faulty"].reason


def test_an_interleave_group_shares_a_process_and_other_cases_have_their_own():
    from benchmarks.cases import dataloader, training

    groups = groups_of([*training.quick(), *dataloader.quick()])
    assert [len(group) for group in groups] == [1] * len(training.quick()) + [2]

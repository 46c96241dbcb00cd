"""The A/A script: its requirements, variants and overhead."""

import inspect
import random

import pytest
import torch

from benchmarks.analysis import aa
from benchmarks.cases.case import Case, PreparedCase
from benchmarks.recordings.recording import Measured
from benchmarks.timing.calls import Samples
from benchmarks.timing.limits import TimingLimits

SAME, SLOWER = "no difference shown", "slower"


@pytest.mark.parametrize(
    ("different", "slower", "cost", "holds"),
    [
        (1, 19, 0.009, [True, True, True]),
        (2, 19, 0.009, [False, True, True]),
        (0, 18, 0.02, [True, False, False]),
    ],
)
def test_the_requirements_hold_at_their_limits_and_not_beyond(
    different: int, slower: int, cost: float, holds: list[bool]
) -> None:
    words = {
        "again": ["faster"] * different + [SAME] * (20 - different),
        "slowed": [SLOWER] * slower + [SAME] * (20 - slower),
    }
    assert list(aa.check_verdicts(words, {"within": cost, "between": 0.0}).values())[:3] == holds


def test_enough_processes_are_timed_to_find_a_tenth() -> None:
    assert inspect.signature(aa.main).parameters["processes"].default == 4


def test_the_slowed_side_does_a_tenth_more() -> None:
    assert aa.PASSES["first"] == aa.PASSES["again"]
    assert aa.PASSES["slowed"] == 1.1 * aa.PASSES["first"]
    assert len({case.name for case in aa.cases()}) == len(aa.cases())


def test_overhead_is_measured_on_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    device = torch.device("meta")
    timed: list[PreparedCase] = []

    def time_interleaved(
        prepared_cases: list[PreparedCase], *_: object, **__: object
    ) -> list[Samples]:
        timed.extend(prepared_cases)
        return [Samples(seconds=[1.0])]

    prepared = PreparedCase(call=lambda: None, items=1, unit="images", device=device)
    monkeypatch.setattr(aa, "set_up", lambda *_: prepared)
    monkeypatch.setattr(aa, "time_interleaved", time_interleaved)
    aa.overhead("cuda", TimingLimits())
    assert [each.device for each in timed] == [device, device]


def test_variants_alternate_process_by_process(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def timed(some: list[Case], _: TimingLimits) -> list[Measured]:
        order.append(str(some[0].params["variant"]))
        return [Measured("inference", some[0].name, {}, 1, "images", (0.1, 0.2))]

    monkeypatch.setattr(aa, "_timed", timed)
    seconds_of = aa.time_apart("cpu", 3, TimingLimits(), random.Random(0))
    assert [set(order[i : i + 3]) for i in (0, 3, 6)] == [set(aa.PASSES)] * 3
    assert set(seconds_of) == set(aa.PASSES)
    assert all(processes == [[0.1, 0.2]] * 3 for processes in seconds_of.values())

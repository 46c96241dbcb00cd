"""Notes on two machines beside the verdicts."""

from typing import Any

from benchmarks.recordings.comparability import remarks

QUIET: dict[str, Any] = {
    "id": "cuda-1",
    "processor": {"name": "A", "available": 4, "governor": "performance"},
    "gpus": [{"name": "H", "driver": "600.1", "before": {"throttled": []}}],
    "versions": {"python": "3.11", "cudnn": "9.1"},
    "commit": {"id": "0123456789abcdef", "dirty": False},
    "load_before": 0.2,
}


def test_equal_machines_have_no_notes() -> None:
    assert remarks([QUIET], [dict(QUIET)]) == []


def test_versions_drivers_governors_and_commits_are_noted() -> None:
    other = QUIET | {
        "processor": QUIET["processor"] | {"governor": "powersave"},
        "gpus": [QUIET["gpus"][0] | {"driver": "601.0"}],
        "versions": {"python": "3.12"},
        "commit": {"id": "fedcba98765432100", "dirty": False},
    }
    assert remarks([QUIET], [other]) == [
        "governor performance / powersave",
        "driver 600.1 / 601.0",
        "commit 0123456789ab / fedcba987654",
        "python 3.11 / 3.12",
        "cudnn 9.1 / unknown",
    ]


def test_disturbances_of_a_machine_are_noted() -> None:
    slowed = [QUIET["gpus"][0] | {"after": {"throttled": ["power cap"]}}]
    other = QUIET | {
        "name": "desk",
        "load_before": 3.0,
        "throttle_events_before": 1,
        "throttle_events_after": 4,
        "gpus": slowed,
        "commit": QUIET["commit"] | {"dirty": True},
    }
    assert remarks([QUIET], [other]) == [
        "desk: busy before the run: load 3 on 4 cores",
        "desk: the processor was thermally throttled",
        "desk: H throttled by power cap (after)",
        "desk: files differ from the commit",
    ]


def test_a_machine_without_properties_is_no_error() -> None:
    assert remarks([{}], [{}]) == []


def test_every_run_of_a_folder_is_checked_for_disturbances() -> None:
    assert remarks([QUIET, QUIET | {"load_before": 3.0}], [QUIET]) == [
        "cuda-1: busy before the run: load 3 on 4 cores"
    ]

"""Recordings on disk: kept whole, readable by pytest-benchmark, and refused where damaged."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from small_recordings import case
from small_recordings import write as write_cases

from benchmarks.recordings.files import read, write
from benchmarks.recordings.recording import AbsentCase, Measured, Recording
from fer.errors import BadInput

SECONDS = (0.2, 0.1, 0.15, 0.11, 0.1000000000000001)


def measured(name="training[batch=128]", seconds=SECONDS, **extra):
    return Measured("training", name, {"batch": 128}, 256, "images", seconds, extra)


@pytest.fixture
def recording():
    return Recording(
        machine={"id": "cpu-1", "name": "laptop", "load_before": 0.5},
        commit={"id": "abc", "dirty": False},
        taken="2026-01-01T00:00:00+00:00",
        measured=(
            measured(order=[0, 1, 2, 3, 4], threads=2),
            measured("training[batch=32]", (1.0,)),
        ),
        absent=(AbsentCase("training", "training[batch=4096]", {"batch": 4096}, "out of memory"),),
    )


@pytest.fixture
def written(recording, tmp_path):
    write(tmp_path / "a.json", recording)
    return tmp_path / "a.json"


def test_what_is_written_is_read_again_to_the_last_bit(recording, written):
    assert read(written) == recording


def test_pytest_benchmark_compares_it(written):
    command = [sys.executable, "-m", "pytest_benchmark", "compare", str(written)]
    done = subprocess.run(
        command, cwd=written.parent, capture_output=True, text=True, check=True, timeout=60
    )
    assert "training[batch=128]" in done.stdout
    assert "2 benchmarks" in done.stdout or "benchmark 'training': 2 tests" in done.stdout


def test_no_host_name_is_written(written):
    assert json.loads(written.read_text())["machine_info"]["node"] == "laptop"


def _broken(change):
    def apply(values):
        change(values)
        return json.dumps(values)

    return apply


def _case(values):
    return values["benchmarks"][0]


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda values: "no JSON", "not JSON"),
        (lambda values: "[]", "a table"),
        (lambda values: "[" * 100_000, "not JSON"),
        (lambda values: "{}", "machine_info: is missing"),
        (_broken(lambda v: v["machine_info"].pop("fer")), "machine_info.fer: is missing"),
        (_broken(lambda v: v.update(benchmarks={})), "benchmarks = {}: must be a list"),
        (
            _broken(lambda v: _case(v).update(name=3)),
            "benchmarks.0.name = 3: must be a text in quotes",
        ),
        (
            _broken(lambda v: _case(v)["stats"].update(data=[])),
            "stats.data = []: must have at least 1",
        ),
        (_broken(lambda v: _case(v)["stats"].update(data=[1, "x"])), "'x': expected seconds"),
        (_broken(lambda v: _case(v)["stats"].update(data=[-1])), "-1: expected seconds above 0"),
        (_broken(lambda v: _case(v)["stats"].update(data=[True])), "True: expected seconds"),
        (_broken(lambda v: _case(v)["stats"].update(data=[1e999])), "not JSON: Infinity"),
        (_broken(lambda v: _case(v)["extra_info"].update(items=0)), "items = 0"),
        (
            _broken(lambda v: _case(v)["extra_info"].update(member_seconds=[0.1])),
            "extra_info.member_seconds.0 = 0.1: must be a list",
        ),
        (
            _broken(lambda v: _case(v)["extra_info"].update(member_seconds=[[0]])),
            "extra_info.member_seconds.0.0 = 0: expected seconds above 0",
        ),
        (_broken(lambda v: _case(v)["params"].update(batch=[1])), "params.batch = [1]"),
        (
            _broken(lambda v: v["benchmarks"].append(_case(v))),
            "training[batch=128]: expected each case once",
        ),
        (_broken(lambda v: v["absent"][0].pop("reason")), "absent.0.reason: is missing"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_by_name_key_and_value(written, damage, complaint):
    written.write_text(damage(json.loads(written.read_text())))
    with pytest.raises(BadInput) as refused:
        read(written)
    assert str(refused.value).startswith(f"{written}: ")
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path, monkeypatch, written):
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / "nosuch.json")
    monkeypatch.setattr("benchmarks.recordings.files.MAX_BYTES", 100)
    with pytest.raises(BadInput, match="at most 100 bytes"):
        read(written)


@pytest.mark.parametrize(
    ("machine", "complaint"),
    [
        ({"versions": ["torch"]}, "versions = ['torch']: must be a table"),
        ({"processor": "A"}, "processor = 'A': must be"),
        ({"processor": {"available": "2"}}, "processor.available = '2': must be a number"),
        ({"load_before": "low"}, "load_before = 'low': must be a number"),
        ({"gpus": {}}, "gpus = {}: must be a list"),
        ({"gpus": ["H"]}, "gpus.0 = 'H': must be"),
        ({"gpus": [{"before": "cold"}]}, "gpus.0.before = 'cold': must be"),
        ({"gpus": [{"after": {"throttled": 1}}]}, "after.throttled = 1: must be a list"),
    ],
)
def test_a_malformed_machine_is_bad_input(
    tmp_path: Path, machine: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(BadInput, match=r"a\.json: machine_info\.fer\..*" + re.escape(complaint)):
        read(write_cases(tmp_path / "a.json", case(), **machine))


RESULTS = Path(__file__).parents[3] / "benchmarks/results"


@pytest.mark.parametrize(
    ("name", "timed", "absent"),
    [
        ("zen4-2-cores.json", 60, 94),
        ("xeon-2-cores.json", 60, 94),
        ("allocator/plain.json", 1, 0),
        ("speedrun/published-xeon-2-cores.json", 13, 0),
    ],
)
def test_committed_recordings_are_read(name: str, timed: int, absent: int) -> None:
    recording = read(RESULTS / name)
    assert len(recording.measured) >= timed
    assert len(recording.absent) == absent


def test_another_result_of_the_folder_is_no_recording() -> None:
    with pytest.raises(BadInput, match="machine_info: is missing"):
        read(RESULTS / "aa-in-turns-zen4-2-cores.json")

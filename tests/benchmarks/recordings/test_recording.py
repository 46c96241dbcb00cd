"""Recordings on disk: kept whole, readable by pytest-benchmark, and refused where they are not."""

import json
import subprocess
import sys

import pytest

from benchmarks.recordings.recording import AbsentCase, Measured, Recording, read, write
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


def test_statistics_are_derived_from_the_samples():
    case = measured(seconds=tuple(range(1, 101)))
    assert case.median == 50.5
    assert case.percentile(90) == pytest.approx(90.1)
    assert case.iqr == pytest.approx(49.5)
    assert case.items_per_second == pytest.approx(256 / 50.5)
    assert case.epoch_seconds == pytest.approx(14_557 / 256 * 50.5)


def test_percentiles_of_what_several_did_at_once_are_those_of_one():
    case = measured(seconds=(4.0, 4.0), member_seconds=[[1.0, 4.0], [2.0, 4.0]])
    assert (case.percentile(50), case.percentile_of_one(50)) == (4.0, 3.0)
    assert measured().percentile_of_one(50) == measured().median


@pytest.mark.parametrize(("spread", "noisy"), [(0.05, False), (0.15, True)])
def test_a_case_is_noisy_where_its_iqr_is_over_a_tenth_of_its_median(spread, noisy):
    low, high = 1 - spread / 2, 1 + spread / 2
    assert measured(seconds=(low, low, 1.0, high, high)).noisy is noisy


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
        (_broken(lambda v: v.update(benchmarks={})), "benchmarks = {}: expected a list"),
        (_broken(lambda v: _case(v).update(name=3)), "benchmarks[0].name = 3: expected text"),
        (_broken(lambda v: _case(v)["stats"].update(data=[])), "at least one sample"),
        (_broken(lambda v: _case(v)["stats"].update(data=[1, "x"])), "'x': expected seconds"),
        (_broken(lambda v: _case(v)["stats"].update(data=[-1])), "-1: expected seconds above 0"),
        (_broken(lambda v: _case(v)["stats"].update(data=[True])), "True: expected seconds"),
        (_broken(lambda v: _case(v)["stats"].update(data=[1e999])), "not JSON: Infinity"),
        (_broken(lambda v: _case(v)["extra_info"].update(items=0)), "items = 0"),
        (
            _broken(lambda v: _case(v)["extra_info"].update(member_seconds=[0.1])),
            "extra_info.member_seconds: 0.1: expected a list",
        ),
        (
            _broken(lambda v: _case(v)["extra_info"].update(member_seconds=[[0]])),
            "extra_info.member_seconds: 0: expected seconds above 0",
        ),
        (_broken(lambda v: _case(v)["params"].update(batch=[1])), "params.batch = [1]"),
        (_broken(lambda v: v["benchmarks"].append(_case(v))), "training[batch=128]: stands in it"),
        (_broken(lambda v: v["absent"][0].pop("reason")), "absent[0].reason: is missing"),
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
    monkeypatch.setattr("benchmarks.recordings.recording.MAX_BYTES", 100)
    with pytest.raises(BadInput, match="at most 100 bytes"):
        read(written)

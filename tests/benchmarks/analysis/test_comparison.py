"""Recordings compared, from files to the verdict and the exit status."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from benchmarks.analysis.comparison import Comparison, compare, read_side
from benchmarks.cli.compare import compare as command
from benchmarks.cli.compare import duration, parse_share
from benchmarks.recordings import recording as record
from benchmarks.recordings.recording import AbsentCase, Measured, Recording
from fer.errors import BadInput

MACHINE: dict[str, Any] = {
    "id": "cpu-1",
    "versions": {"torch": "2.15.0+cpu", "python": "3.11"},
    "processor": {"name": "A", "available": 2},
    "load_before": 0.1,
}


def case(
    seconds: float = 0.1, *, count: int = 60, group: str = "training", **params: Any
) -> Measured:
    """A case with 2 % of noise around its seconds; the same noise each time."""
    noise = np.random.default_rng(0).normal(1, 0.02, count)
    params = {"device": "cpu", "precision": "fp32", "batch": 128, "mode": "eager"} | params
    name = f"{group}[{','.join(f'{key}={value}' for key, value in params.items())}]"
    extra = {"flops": 7.8125e6 * params["batch"], "precision": params["precision"], "threads": 2}
    samples = tuple((seconds * noise).tolist())
    return Measured(group, name, params, int(params["batch"]), "images", samples, extra)


def write(
    path: Path, *cases: Measured, absent: tuple[AbsentCase, ...] = (), **machine: Any
) -> Path:
    record.write(path, Recording(MACHINE | machine, {}, "2026-01-01T00:00:00", cases, absent))
    return path


def of_files(base: Path, other: Path, **options: Any) -> Comparison:
    return compare(read_side(base), read_side(other), **options)


def run(*arguments: str | Path) -> Any:
    app = typer.Typer()
    app.command()(command)
    return CliRunner(env={"COLUMNS": "240"}).invoke(app, list(map(str, arguments)))


def test_a_case_is_compared_with_its_like(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case(0.1), case(0.2, batch=256), case(0.3, batch=512))
    other = write(tmp_path / "b.json", case(0.12), case(0.2, batch=256), case(0.2, batch=512))
    rows = of_files(base, other).rows
    assert [row.difference.word for row in rows] == ["slower", "no difference shown", "faster"]
    assert rows[0].difference.ratio == pytest.approx(1.2)
    assert rows[0].base_seconds == pytest.approx(0.1, rel=0.01)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"versions": {"torch": "2.14.0+cpu"}}, "torch 2.15.0 / 2.14.0"),
        ({"allocator": "malloc"}, "allocator unknown / malloc"),
        ({"threads": 4}, "threads 2 / 4"),
        ({"flops": 3e9}, "network 7.812 MFLOP an item / 23.44 MFLOP an item"),
        ({"batch": 64}, "batch 128 / 64"),
        ({"params_precision": "bf16"}, "precision fp32 / bf16"),
    ],
)
def test_what_is_not_comparable_is_refused_by_name_or_annotated(
    tmp_path: Path, change: dict[str, Any], expected: str
) -> None:
    changed = case(0.2)
    machine = {key: change[key] for key in change if key in ("versions", "allocator")}
    if "batch" in change:
        changed = case(0.2, batch=change["batch"])
    elif "params_precision" in change:
        changed = case(0.2, precision=change["params_precision"])
    elif not machine:
        changed = replace(changed, extra={**changed.extra, **change})
    base, other = write(tmp_path / "a.json", case()), write(tmp_path / "b.json", changed, **machine)
    with pytest.raises(BadInput, match="not comparable") as refused:
        of_files(base, other)
    assert expected in str(refused.value)
    [row] = of_files(base, other, anyway=True).rows
    assert expected in ", ".join(map(str, row.differs))
    assert row.difference.word == "slower"
    answer = run(base, other, "--anyway")
    assert answer.exit_code == 0
    assert "not comparable" in " ".join(answer.output.split())


def test_two_builds_of_one_torch_are_comparable(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case())
    other = write(tmp_path / "b.json", case(), versions={"torch": "2.15.0+cu132"}, id="cuda-2")
    comparison = of_files(base, other)
    assert comparison.rows[0].differs == ()
    assert "machine cpu-1 / cuda-2" in comparison.remarks


def test_cases_that_differ_in_the_factor_alone_are_compared(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.json",
        case(0.2),
        case(0.1, mode="compiled"),
        case(0.1, mode="compiled", batch=256),
        case(0.4, batch=256),
    )
    rows = of_files(path, path, factor="mode").rows
    assert [(row.base, row.other) for row in rows] == [
        (case().name, case(mode="compiled").name),
        (case(batch=256).name, case(mode="compiled", batch=256).name),
    ]
    assert [row.difference.word for row in rows] == ["faster", "faster"]
    assert run(path, "--factor", "mode").exit_code == 0


def test_batches_are_compared_by_the_seconds_of_an_image(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", case(0.1), case(0.2, batch=256))
    [row] = of_files(path, path, factor="batch").rows
    assert row.difference.ratio == pytest.approx(1)


def test_another_factor_on_another_machine_is_refused(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case())
    other = write(tmp_path / "b.json", case(mode="compiled"), id="cpu-2")
    with pytest.raises(BadInput, match="machine cpu-1 / cpu-2"):
        of_files(base, other, factor="mode")


def test_a_device_is_a_factor_across_machines(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case())
    other = write(tmp_path / "b.json", case(0.01, device="cuda"), id="cuda-2")
    with pytest.raises(BadInput, match="device cpu / cuda"):
        of_files(base, other)
    [row] = of_files(base, other, factor="device").rows
    assert (row.differs, row.difference.word) == ((), "faster")


def test_a_folder_is_so_many_processes_of_one_side(tmp_path: Path) -> None:
    for name in ("base", "other"):
        (tmp_path / name).mkdir()
    for i, level in enumerate((0.1, 0.101, 0.099)):
        write(tmp_path / "base" / f"{i}.json", case(level))
        write(tmp_path / "other" / f"{i}.json", case(level * 1.05))
    one = of_files(tmp_path / "base" / "0.json", tmp_path / "other" / "0.json").rows[0].difference
    all_of_them = of_files(tmp_path / "base", tmp_path / "other").rows[0].difference
    assert (one.minimum_effect, one.word) == (0.05, "no difference shown")
    assert (all_of_them.minimum_effect, all_of_them.word) == (0.02, "slower")
    write(tmp_path / "other" / "3.json", case(), id="cpu-2")
    with pytest.raises(BadInput, match=r"3\.json: machine cpu-2: expected cpu-1"):
        read_side(tmp_path / "other")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="expected a recording"):
        read_side(tmp_path / "empty")


def test_a_folders_numbers_are_those_of_all_its_runs(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    for i, level in enumerate((0.1, 0.1, 0.3)):
        members = {"member_seconds": [[level, 2 * level]] * 60}
        timed = case(level)
        write(
            tmp_path / "base" / f"{i}.json",
            replace(timed, extra={**timed.extra, **members}),
            load_before=float(i),
        )
    other = write(tmp_path / "other.json", case(0.1))
    found = of_files(tmp_path / "base", other)
    [row] = found.rows
    pooled = read_side(tmp_path / "base").cases()[case().name]
    assert row.base_seconds == pooled.median
    assert len(pooled.seconds) == len(pooled.extra["member_seconds"]) == 180
    assert row.noisy
    assert not case(0.1).noisy
    assert found.remarks == ("cpu-1: busy before it began: load 2 on 2 cores",)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"threads": 4}, r"1\.json: training\[.*\]: threads 4: expected 2, as in 0\.json"),
        ({"precision": "bf16"}, "precision bf16: expected fp32"),
        ({"flops": 3e9}, "network 23.44 MFLOP an item: expected 7.812 MFLOP an item"),
        ({"commit": {"id": "b"}}, "commit b: expected a"),
        ({"allocator": "malloc"}, "allocator malloc: expected None"),
    ],
)
def test_a_folder_of_runs_that_are_not_of_the_same_is_refused(
    tmp_path: Path, change: dict[str, Any], complaint: str
) -> None:
    machine = {key: change[key] for key in change if key in ("commit", "allocator")}
    changed = case() if machine else replace(case(), extra={**case().extra, **change})
    write(tmp_path / "0.json", case(), commit={"id": "a"})
    write(tmp_path / "1.json", changed, **({"commit": {"id": "a"}} | machine))
    with pytest.raises(BadInput, match=complaint):
        read_side(tmp_path)


def test_rivals_are_compared_round_by_round(tmp_path: Path) -> None:
    """Every round drifts by up to half; their ratio stays."""
    drift = np.linspace(1, 1.5, 60)
    noise = np.random.default_rng(0).normal(1, 0.005, (2, 60))
    ours, theirs = case(mode="ours"), case(mode="theirs")
    ours = replace(
        ours,
        seconds=tuple(0.1 * drift * noise[0]),
        extra={**ours.extra, "order": list(range(0, 120, 2))},
    )
    theirs = replace(
        theirs,
        seconds=tuple(0.104 * drift * noise[1]),
        extra={**theirs.extra, "order": list(range(1, 120, 2))},
    )
    path = write(tmp_path / "a.json", ours, theirs)
    [row] = of_files(path, path, factor="mode").rows
    assert row.in_turns
    assert row.difference.word == "slower"
    alone = replace(theirs, extra={**theirs.extra, "order": list(range(60))})
    path = write(tmp_path / "b.json", replace(ours, extra=alone.extra), alone)
    [row] = of_files(path, path, factor="mode").rows
    assert not row.in_turns
    assert row.difference.word == "no difference shown"


def test_cases_of_one_side_alone_are_listed_with_the_reason(tmp_path: Path) -> None:
    big = case(batch=256)
    lost = AbsentCase(big.group, big.name, big.params, "out of memory: 9 GiB")
    base = write(tmp_path / "a.json", case(), big)
    other = write(tmp_path / "b.json", case(), absent=(lost,))
    comparison = of_files(base, other)
    assert comparison.only_base == {big.name: "out of memory: 9 GiB"}
    assert "out of memory: 9 GiB" in " ".join(run(base, other).output.split())


def test_nothing_in_common_is_bad_input(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case())
    other = write(tmp_path / "b.json", case(group="inference"))
    with pytest.raises(BadInput, match="no cases in common"):
        of_files(base, other)
    with pytest.raises(BadInput, match="--factor colour: no case has it"):
        of_files(base, other, factor="colour")


def test_a_regression_ends_with_status_1_and_only_a_large_one(tmp_path: Path) -> None:
    base, slower = write(tmp_path / "a.json", case()), write(tmp_path / "b.json", case(0.115))
    assert run(base, slower, "--fail-on", "10%").exit_code == 1
    assert run(base, slower, "--fail-on", "20%").exit_code == 0
    assert run(slower, base, "--fail-on", "10%").exit_code == 0
    assert run(base, slower).exit_code == 0


@pytest.mark.parametrize(
    ("reason", "status"),
    [("failed: KeyError: typo", 1), ("out of memory: 9 GiB", 1), ("no CUDA device", 0)],
)
def test_a_case_that_runs_no_more_is_a_regression(tmp_path: Path, reason: str, status: int) -> None:
    big = case(batch=256)
    lost = AbsentCase(big.group, big.name, big.params, reason)
    base = write(tmp_path / "a.json", case(), big)
    other = write(tmp_path / "b.json", case(), absent=(lost,))
    assert run(base, other, "--fail-on", "10%").exit_code == status
    assert run(base, other).exit_code == 0


def test_a_limit_that_is_never_called_is_refused(tmp_path: Path) -> None:
    base, slower = write(tmp_path / "a.json", case()), write(tmp_path / "b.json", case(0.104))
    refused = run(base, slower, "--fail-on", "3%").exception
    assert isinstance(refused, BadInput)
    assert "differences under 5% are not called" in str(refused)
    answer = run(base, slower, "--fail-on", "3%", "--minimum-effect", "1%")
    assert answer.exit_code == 1


def test_json_holds_what_the_table_shows(tmp_path: Path) -> None:
    base, other = write(tmp_path / "a.json", case()), write(tmp_path / "b.json", case(0.2))
    [comparison] = json.loads(run(base, other, "--json").stdout)
    [row] = comparison["rows"]
    assert row["difference"]["word"] == "slower"
    assert row["difference"]["low"] < row["difference"]["ratio"] < row["difference"]["high"]
    assert row["base"] == case().name


def test_noise_is_marked_and_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    wild = case(mode="[red]\x1b[2J")
    wild = replace(wild, seconds=tuple(np.linspace(0.1, 0.2, 60)))
    base, other = write(tmp_path / "a.json", wild), write(tmp_path / "b.json", wild)
    output = run(base, other).output
    assert "noisy" in output
    assert "\x1b[2J" not in output
    assert "[red]" in "".join(output.split())


@pytest.mark.parametrize(
    ("machine", "complaint"),
    [
        ({"versions": ["torch"]}, "versions = ['torch']: expected a table"),
        ({"processor": "A"}, "processor = 'A': expected a table"),
        ({"processor": {"available": "2"}}, "processor.available = '2': expected a number"),
        ({"load_before": "low"}, "load_before = 'low': expected a number"),
        ({"gpus": {}}, "gpus = {}: expected a list"),
        ({"gpus": ["H"]}, "gpus[0] = 'H': expected a table"),
        ({"gpus": [{"before": "cold"}]}, "gpus[0].before = 'cold': expected a table"),
        ({"gpus": [{"after": {"throttled": 1}}]}, "after.throttled = 1: expected a list"),
    ],
)
def test_a_machine_that_is_none_is_bad_input(
    tmp_path: Path, machine: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(BadInput, match=r"a\.json: machine_info\.fer\..*" + re.escape(complaint)):
        read_side(write(tmp_path / "a.json", case(), **machine))


@pytest.mark.parametrize("text", ["10", "ten%", "-5%", "5000%", "%"])
def test_a_share_is_a_percentage(text: str) -> None:
    with pytest.raises(BadInput, match="expected a percentage"):
        parse_share("--fail-on", text)


def test_durations_have_three_digits_and_a_unit() -> None:
    assert parse_share("--fail-on", "2.5%") == 0.025
    texts = [duration(seconds) for seconds in (1.234, 0.0456, 7.89e-4, 1.23e-8)]
    assert texts == ["1.23 s", "45.6 ms", "789 µs", "12.3 ns"]

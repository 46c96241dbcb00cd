"""``fer bench compare``: the table, what was not compared, and the exit status."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from small_recordings import case, write
from typer.testing import CliRunner

from benchmarks.cli.compare import compare as command
from benchmarks.cli.compare import parse_share
from benchmarks.cli.formatting import duration
from benchmarks.recordings.recording import AbsentCase
from fer.errors import BadInput


def run(*arguments: str | Path, columns: int = 120) -> Any:
    app = typer.Typer()
    app.command()(command)
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(app, list(map(str, arguments)))


def test_what_is_not_compared_takes_one_line_a_reason(tmp_path: Path) -> None:
    lost = [case(batch=batch) for batch in (256, 512)]
    absent = tuple(
        AbsentCase(each.group, each.name, each.params, f"out of memory: {i} GiB")
        for i, each in enumerate(lost, start=8)
    )
    base = write(tmp_path / "a.json", case(), *lost, case(batch=32), case(batch=64))
    other = write(tmp_path / "b.json", case(), absent=absent, id="cpu-2")
    answer = run(base, other)
    assert answer.exit_code == 0
    lines = answer.output.splitlines()
    assert [line for line in lines if line.startswith("not compared: ")] == [
        "not compared: 2 cases: only in a.json (cpu-1): out of memory",
        "not compared: 2 cases: only in a.json (cpu-1): not timed",
    ]
    assert "note: machine cpu-1 / cpu-2" in lines


def test_nothing_comparable_is_refused_and_anyway_marks_it(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case())
    other = write(tmp_path / "b.json", case(), versions={"torch": "2.14.0"})
    refused = run(base, other).exception
    assert isinstance(refused, BadInput)
    assert "not comparable: 1 case: torch 2.15.0 / 2.14.0" in str(refused)
    answer = run(base, other, "--anyway")
    assert answer.exit_code == 0
    assert "not comparable: torch" in " ".join(answer.output.split())


def test_names_show_what_differs_among_the_rows(tmp_path: Path) -> None:
    cases = [case(), case(precision="bf16"), case(group="study", what="help")]
    base, other = (write(tmp_path / name, *cases) for name in ("a.json", "b.json"))
    output = run(base, other).output
    for name in ("training: fp32 ", "training: bf16 ", "study "):
        assert f"\n {name}" in output
    for shared in ("cpu", "128", "eager"):
        assert shared not in output.partition("Ratio")[0].replace("cpu-1", "")


def test_a_factors_values_are_shown_beside_the_name(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.json",
        *(case(mode=mode, batch=batch) for batch in (64, 128) for mode in ("eager", "compiled")),
    )
    answer = run(path, "--factor", "mode")
    assert answer.exit_code == 0
    assert "training: batch 64, eager → compiled" in answer.output


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
def test_a_case_that_now_fails_is_a_regression(tmp_path: Path, reason: str, status: int) -> None:
    big = case(batch=256)
    lost = AbsentCase(big.group, big.name, big.params, reason)
    base = write(tmp_path / "a.json", case(), big)
    other = write(tmp_path / "b.json", case(), absent=(lost,))
    assert run(base, other, "--fail-on", "10%").exit_code == status
    assert run(base, other).exit_code == 0


def test_a_limit_below_the_minimum_effect_is_refused(tmp_path: Path) -> None:
    base, slower = write(tmp_path / "a.json", case()), write(tmp_path / "b.json", case(0.104))
    refused = run(base, slower, "--fail-on", "3%").exception
    assert isinstance(refused, BadInput)
    assert "must be at least the minimum effect, 5% here" in str(refused)
    answer = run(base, slower, "--fail-on", "3%", "--minimum-effect", "1%")
    assert answer.exit_code == 1


def test_json_holds_what_the_table_shows(tmp_path: Path) -> None:
    base, other = write(tmp_path / "a.json", case()), write(tmp_path / "b.json", case(0.2))
    [comparison] = json.loads(run(base, other, "--json").stdout)
    [row] = comparison["rows"]
    assert row["difference"]["word"] == "slower"
    assert row["difference"]["low"] < row["difference"]["ratio"] < row["difference"]["high"]
    assert row["base"] == case().name
    assert row["in_turns"] is False


def test_noise_is_marked_and_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    wild = case(mode="[red]\x1b[2J")
    wild = replace(wild, seconds=tuple(np.linspace(0.1, 0.2, 60)))
    base, other = (write(tmp_path / name, case(), wild) for name in ("a.json", "b.json"))
    output = run(base, other).output
    assert "noisy" in output
    assert "\x1b[2J" not in output
    assert "[red]" in "".join(output.split())


@pytest.mark.parametrize("text", ["10", "ten%", "-5%", "5000%", "%"])
def test_a_share_is_a_percentage(text: str) -> None:
    with pytest.raises(BadInput, match="expected a percentage"):
        parse_share("--fail-on", text)


def test_durations_have_three_digits_and_a_unit() -> None:
    assert parse_share("--fail-on", "2.5%") == 0.025
    texts = [duration(seconds) for seconds in (1.234, 0.0456, 7.89e-4, 1.23e-8)]
    assert texts == ["1.23 s", "45.6 ms", "789 µs", "12.3 ns"]


def test_an_unreliable_recording_is_warned_of_before_the_table(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case())
    busy = {"name": "A processor", "available": 2}
    other = write(tmp_path / "b.json", case(), processor=busy, load_before=2.35)
    first = run(base, other).output.splitlines()[0]
    assert first.startswith("WARNING: b.json (")
    assert "less reliable, as the load was 2.35 on 2 cores before" in first
    assert "WARNING" not in run(base, base).output


@pytest.mark.parametrize("columns", [40, 80])
def test_a_narrow_terminal_has_each_name_on_a_line_of_its_own(tmp_path: Path, columns: int) -> None:
    cases = [case(), case(precision="bf16"), case(group="study", what="help")]
    base, other = (write(tmp_path / name, *cases) for name in ("a.json", "b.json"))
    lines = run(base, other, columns=columns).output.splitlines()
    assert max(map(len, lines)) <= columns
    start = lines.index("training: bf16")
    assert lines[start + 1] == "  100 ms → 100 ms"
    assert lines[start + 2].startswith("  ratio 1.000 (")
    assert lines[start + 3] == "  no difference shown"

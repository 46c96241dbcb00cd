import json
from dataclasses import replace
from pathlib import Path

import pytest
from made_recordings import made_recording

from benchmarks.recordings.files import write
from benchmarks.recordings.recording import Measured, Recording
from fer.errors import BadInput
from tools.speed_tables import NONE, short_speed, speed


def cells(table: str, *words: str) -> list[str]:
    """The one row that has all of the words."""
    [row] = [line for line in table.splitlines() if all(word in line for word in words)]
    return [cell.strip() for cell in row.strip("|").split("|")]


def committed(folder: Path, **options: object) -> Recording:
    recording = made_recording(**options)  # type: ignore[arg-type]
    write(folder / f"{recording.machine['name']}.json", recording)
    return recording


def of(recording: Recording, name: str) -> Measured:
    [case] = [case for case in recording.measured if case.name.startswith(name)]
    return case


def test_without_a_recording_the_table_says_that_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "aa.json").write_text('{"pairs": []}')
    assert speed(tmp_path) == NONE


def test_the_tables_say_what_the_recording_says(tmp_path: Path) -> None:
    recording = committed(tmp_path)
    text = speed(tmp_path)
    training = "training[device=cpu,precision=bf16,batch=128,layout=channels_last,mode=eager,"
    case = of(recording, training + "processes=one]")
    row = cells(text, "CPU, bf16", "one, all cores")
    assert row[3].startswith(f"{case.items_per_second:,.0f} (")
    assert row[3].endswith("n = 40)")
    assert row[4] == f"{case.epoch_seconds:.3g}"
    assert (
        f"{of(recording, training + 'processes=one_a').items_per_second:,.0f} ("
        in cells(text, "CPU, bf16", "one a core")[3]
    )
    assert "SQLite, 4 at once" in text
    assert "PostgreSQL" in text
    assert cells(text, "a whole study")[-1] == "1.00 GB"
    loaders = cells(text, "workers: ")
    assert loaders[3].startswith("4\u00a0workers: ")
    assert loaders[4].endswith(" times as fast: faster")
    assert "torch 2.15.0+cpu" in text
    assert "`fer bench run --name NAME" in text


def test_reports_at_once_take_what_each_of_them_waits(tmp_path: Path) -> None:
    recording = made_recording(only=("study[what=report,storage=sqlite,workers=4]",))
    [case] = recording.measured
    case = replace(case, extra={**case.extra, "member_seconds": [[0.25, 0.75]] * 40})
    write(tmp_path / "a.json", replace(recording, measured=(case,)))
    assert cells(speed(tmp_path), "SQLite, 4 at once")[2:4] == ["500 ms", "750 ms"]


def test_what_is_noisy_is_marked_and_machines_are_told_apart(tmp_path: Path) -> None:
    committed(tmp_path, noisy=("study[what=help",))
    committed(tmp_path, name="server", cuda=True, pace=0.5)
    text = speed(tmp_path)
    assert "**noisy**" in cells(text, "laptop", "fer --help")[5]
    assert "**noisy**" not in cells(text, "server", "fer --help")[5]
    assert cells(text, "server", "CUDA, bf16", "| one |")
    assert "A GPU" in text


def test_other_results_are_kept_out_by_content_and_a_broken_recording_is_an_error(
    tmp_path: Path,
) -> None:
    committed(tmp_path)
    (tmp_path / "zen4.json").write_text('{"pairs": [], "claims": {}}')
    assert "laptop" in speed(tmp_path)
    broken = json.loads((tmp_path / "laptop.json").read_text())
    broken["benchmarks"][0]["stats"]["data"] = []
    (tmp_path / "laptop.json").write_text(json.dumps(broken))
    with pytest.raises(BadInput, match="must have at least 1 item"):
        speed(tmp_path)


def test_machines_stand_side_by_side_setting_by_setting(tmp_path: Path) -> None:
    committed(tmp_path)
    committed(tmp_path, name="server", pace=0.5)
    first_table = speed(tmp_path).partition("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in first_table]
    assert [row[0] for row in rows] == ["laptop", "server"] * 4
    settings = [tuple(row[1:3]) for row in rows]
    assert settings[::2] == settings[1::2]
    assert len(set(settings)) == 4


def test_the_short_table_has_a_row_for_each_machine_and_device(tmp_path: Path) -> None:
    recording = committed(tmp_path)
    committed(tmp_path, name="server", cuda=True, pace=0.5)
    text = short_speed(tmp_path)
    lines = text.splitlines()[2:]
    assert [line.split(" | ")[:2] for line in lines] == [
        ["| laptop", "CPU, bf16"], ["| server", "CPU, bf16"], ["| server", "CUDA, bf16"],
    ]  # fmt: skip
    training = "training[device=cpu,precision=bf16,batch=128,layout=channels_last,mode=eager,"
    case = of(recording, training + "processes=one]")
    assert cells(text, "laptop")[2:4] == [
        f"{case.items_per_second:,.0f}",
        f"{case.epoch_seconds:.3g}",
    ]

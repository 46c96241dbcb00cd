"""A folder of recordings of several commits and machines."""

from pathlib import Path
from typing import Any

import pytest
from small_recordings import MACHINE, case

from benchmarks.recordings import files
from benchmarks.recordings.history import read_histories, short_commit
from benchmarks.recordings.recording import Recording
from fer.errors import BadInput


def record(
    folder: Path, file: str, commit: str | None, *, at: str = "2026-01-01T00:00:00+00:00",
    time: str | None = None, dirty: bool = False, **machine: Any,
) -> Path:  # fmt: skip
    known: dict[str, Any] = {"id": commit, "dirty": dirty} if commit else {}
    if time:
        known["time"] = time
    facts = MACHINE | {"commit": known} | machine
    path = folder / f"{file}.json"
    files.write(path, Recording(facts, known or {"id": "unversioned"}, at, (case(),)))
    return path


def commits(folder: Path) -> list[str]:
    _, [history] = read_histories([folder])
    return [short_commit(each) for each in history.sets]


def test_the_recordings_of_a_folder_are_in_the_order_of_their_commits(tmp_path):
    record(tmp_path, "a", "c" * 40, time="2026-01-03T00:00:00+00:00", at="2026-02-01T00:00:00")
    record(tmp_path, "b", "a" * 40, time="2026-01-01T00:00:00+00:00", at="2026-02-03T00:00:00")
    record(tmp_path, "c", "b" * 40, time="2026-01-02T09:00:00+09:00", at="2026-02-02T00:00:00")
    assert commits(tmp_path) == ["a" * 7, "b" * 7, "c" * 7]


def test_without_the_time_of_every_commit_the_time_of_the_recordings_decides(tmp_path):
    record(tmp_path, "a", "c" * 40, time="2026-01-03T00:00:00+00:00", at="2026-02-01T00:00:00")
    record(tmp_path, "b", "a" * 40, at="2026-02-03T00:00:00")
    assert commits(tmp_path) == ["c" * 7, "a" * 7]


def test_recordings_of_one_commit_are_repetitions(tmp_path):
    for name in ("a", "b"):
        record(tmp_path, name, "a" * 40)
    record(tmp_path, "c", "b" * 40, at="2026-01-02T00:00:00")
    [shown], [history] = read_histories([tmp_path])
    assert [len(each.runs) for each in history.sets] == [2, 1]
    assert shown is history.newest


def test_machines_have_histories_of_their_own(tmp_path):
    for name, machine in (("a", "laptop"), ("b", "server")):
        for number, commit in enumerate("ab"):
            record(tmp_path, name + commit, commit * 40, name=machine,
                   at=f"2026-01-0{1 + number}T00:00:00")  # fmt: skip
    shown, histories = read_histories([tmp_path])
    assert [history.machine["name"] for history in histories] == ["laptop", "server"]
    assert [short_commit(each) for each in shown] == ["b" * 7, "b" * 7]


def test_files_that_are_named_stay_side_by_side_and_have_a_history_too(tmp_path):
    paths = [
        record(tmp_path, "after", "b" * 40, at="2026-01-02T00:00:00"),
        record(tmp_path, "before", "a" * 40),
    ]
    shown, [history] = read_histories(paths)
    assert [short_commit(each) for each in shown] == ["b" * 7, "a" * 7]
    assert [short_commit(each) for each in history.sets] == ["a" * 7, "b" * 7]


def test_a_changed_working_tree_is_another_point_and_is_starred(tmp_path):
    record(tmp_path, "a", "a" * 40)
    record(tmp_path, "b", "a" * 40, dirty=True, at="2026-01-02T00:00:00")
    assert commits(tmp_path) == ["a" * 7, "a" * 7 + "*"]


def test_recordings_of_an_unknown_commit_are_named_by_their_date(tmp_path):
    record(tmp_path, "a", None, at="2026-01-05T00:00:00")
    record(tmp_path, "b", None, at="2026-01-04T00:00:00")
    assert commits(tmp_path) == ["2026-01-04", "2026-01-05"]


def test_one_recording_has_no_history(tmp_path):
    shown, histories = read_histories([record(tmp_path, "a", "a" * 40)])
    assert len(shown) == 1
    assert histories == ()


def test_a_time_that_is_none_is_refused_by_file_and_key(tmp_path):
    path = record(tmp_path, "a", "a" * 40, time="yesterday")
    record(tmp_path, "b", "b" * 40)
    with pytest.raises(BadInput, match=r"commit's time = 'yesterday': must be a time such as"):
        read_histories([tmp_path])
    assert path.exists()


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(BadInput, match="expected a recording, or a folder of recordings"):
        read_histories([tmp_path])

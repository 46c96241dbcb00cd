"""Finished studies that ship are read where the working storage has none of their name."""

import contextlib
import os
import time

import pytest

from fer.errors import BadInput
from search.results.export import export_study
from search.results.snapshot import read_snapshot
from search.results.summary import trials_csv
from search.storage import DEFAULT_STORAGE, exported
from search.storage.exported import open_to_read
from search.storage.storage import Storage
from search.storage.study import open_study


@pytest.fixture
def shipped(open_cheap, run_serially, tmp_path, monkeypatch):
    """A folder with a finished study, which ships; the working folder is empty."""
    study = open_cheap()
    run_serially(study)
    monkeypatch.setattr(exported, "SHIPPED", tmp_path / "results")
    export_study(study, tmp_path / "results" / "cheap")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "results" / "cheap"


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_without_a_working_storage_the_finished_study_is_read(shipped, capsys, tmp_path):
    before = files(shipped)
    with open_to_read(None, "cheap") as storage:
        study = open_study(storage, "cheap")
        snapshot = read_snapshot(study)
        copy = storage.local
        study.set_user_attr("note", "of a dashboard")
    assert trials_csv(snapshot) == (shipped / "trials.csv").read_text()
    assert [trial.run for trial in snapshot.trials] == [shipped / "runs" / str(n) for n in range(8)]
    assert files(shipped) == before, "it is never written"
    assert not copy.parent.exists()
    assert not any((tmp_path / "work").iterdir())
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert f"reads the finished one that ships, {shipped / 'study.db'}" in line
    assert "begin your own with `fer search run cheap --data SOURCE`" in line


def test_a_study_of_ones_own_comes_first(shipped, open_cheap, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    open_cheap(storage="runs/studies.db")
    with open_to_read(None, "cheap") as storage:
        assert storage.local == tmp_path / "runs" / "studies.db"
        assert read_snapshot(open_study(storage, "cheap")).trials == ()
    assert capsys.readouterr().err == ""


def test_beside_other_studies_of_ones_own_the_finished_study_is_read(
    shipped, open_cheap, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    open_cheap(('name = "cheap"', 'name = "other"'), storage="runs/studies.db")
    with open_to_read(None, "cheap") as storage:
        assert storage.is_copy
        assert storage.shown == str(shipped / "study.db")
    with open_to_read(None, "other") as storage:
        assert not storage.is_copy
    with open_to_read(None, "chap") as storage, pytest.raises(BadInput, match="chap: not in"):
        open_study(storage, "chap")


def test_a_storage_that_is_named_is_the_one_that_is_read(shipped, capsys):
    with (
        pytest.raises(BadInput, match=r"no such file: begin one with `fer search run cheap"),
        open_to_read(DEFAULT_STORAGE, "cheap"),
    ):
        pass
    for url in (str(shipped), str(shipped / "study.db"), f"sqlite:///{shipped / 'study.db'}"):
        with open_to_read(url, "cheap") as storage:
            assert storage.is_copy
            assert len(open_study(storage, "cheap").everything()) == 8
    assert capsys.readouterr().err == ""


def test_without_any_study_the_finished_ones_are_named(shipped):
    named = pytest.raises(BadInput, match=r"name the finished study that ships: cheap$")
    with named, open_to_read(None, None):
        pass


def test_times_are_the_same_in_another_zone(shipped):
    def sessions_and_trials():
        with open_to_read(None, "cheap") as storage:
            return read_snapshot(open_study(storage, "cheap"))

    here = sessions_and_trials()
    with zone("Pacific/Auckland"):
        there = sessions_and_trials()
    assert there == here


@contextlib.contextmanager
def zone(name):
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


def test_a_folder_whose_database_was_opened_as_a_storage_is_read_too(shipped):
    with Storage(str(shipped / "study.db")) as opened:
        open_study(opened, "cheap").set_user_attr("stored", "in the write-ahead log")
        with open_to_read(str(shipped), "cheap") as storage:
            assert "stored" in open_study(storage, "cheap").user_attrs

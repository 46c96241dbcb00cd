"""A study as a folder that others can read."""

import csv
import json
import os
import socket
import sqlite3

import made_confirmations
import optuna
import pytest
from made_confirmations import confirmation

from fer.errors import BadInput
from search.confirmation.openings import Opening
from search.confirmation.record import Submission
from search.confirmation.store import lock_name, store
from search.results.export import export_study
from search.results.snapshot import read_snapshot
from search.results.summary import trials_csv
from search.storage.attributes import Owner
from search.storage.storage import Storage
from search.storage.study import open_study

MODEL = "model.safetensors"


@pytest.fixture(autouse=True)
def host(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "eves-laptop")


@pytest.fixture
def exported(study, tmp_path):
    for trial in read_snapshot(study).trials:
        trial.run.mkdir(parents=True, exist_ok=True)
        for name in ("recipe.toml", "history.csv", "metrics.json", "validation.npz", MODEL):
            (trial.run / name).write_text(f"{name} of trial {trial.number}")
    export_study(study, tmp_path / "out")
    return tmp_path / "out"


def test_an_export_holds_the_trials_and_their_small_files(study, exported):
    assert {path.name for path in exported.iterdir()} == {
        "study.db",
        "summary.json",
        "trials.csv",
        "best.toml",
        "runs",
    }
    before = read_snapshot(study)
    with Storage(str(exported / "study.db")) as storage:
        after = read_snapshot(open_study(storage, "cheap"))
    assert trials_csv(after) == trials_csv(before)
    assert (after.definition, after.limits, after.data) == (
        before.definition,
        before.limits,
        before.data,
    )
    for trial in after.trials:
        assert trial.run == exported / "runs" / str(trial.number)
        names = {path.name for path in trial.run.iterdir()}
        predicts = trial.number in (0, before.best.number)
        small = {"recipe.toml", "history.csv", "metrics.json"}
        assert names == small | ({"validation.npz"} if predicts else set())
    rows = list(csv.DictReader((exported / "trials.csv").read_text().splitlines()))
    assert [int(row["trial"]) for row in rows] == list(range(8))
    assert "machine" not in json.loads((exported / "summary.json").read_text())


def test_a_confirmation_is_exported_with_its_small_files_and_one_model(study, tmp_path):
    folder = tmp_path / "home" / "cheap"
    submission = Submission(
        file="confirm/submission-mean.csv",
        sha256="ab" * 32,
        candidate="trial-5",
        seeds=(1, 2),
        n=9,
        source_hash="cd" * 32,
    )
    opening = Opening(
        when=made_confirmations.BEGAN,
        command="fer search confirm cheap --data /home/evelyn/faces.csv",
        source_hash="ef" * 32,
        version="0.1.0",
        winner="trial-5",
        runs=(1, 2),
    )
    made = confirmation(seeds=2, folder=folder, submissions=(submission,), openings=(opening,))
    store(study, made)
    names = ("recipe.toml", "history.csv", "metrics.json", "validation.npz", "test.npz", MODEL)
    for run in (*made.folds, *made.finals):
        (folder / run.run).mkdir(parents=True)
        for name in (*names, "worker.lock"):
            (folder / run.run / name).write_text(f"{name} of {run.run}")
    (folder / submission.file).write_text("id,label\n")

    export_study(study, tmp_path / "out")
    with Storage(str(tmp_path / "out" / "study.db")) as storage:
        after = read_snapshot(open_study(storage, "cheap")).confirmation
    assert after.folder == tmp_path / "out" / "runs"
    assert after.openings[0].command == "fer search confirm cheap --data faces.csv"
    assert (after.folds, after.choice, after.finals) == (made.folds, made.choice, made.finals)
    for run in (*after.folds, *after.finals):
        copied = {path.name for path in (after.folder / run.run).iterdir()}
        first = run == after.finals[0]
        assert copied == {*names} - (set() if first else {MODEL})
    assert (after.folder / submission.file).read_text() == "id,label\n"
    for path in (tmp_path / "out").rglob("*"):
        assert path.is_dir() or str(tmp_path).encode() not in path.read_bytes(), path
        assert path.is_dir() or b"evelyn" not in path.read_bytes(), path


def test_a_study_that_is_being_confirmed_is_not_exported(study, opened, tmp_path):
    other = opened(str(study.opened.local))
    with other.try_lock(lock_name(study)), pytest.raises(BadInput, match="confirm` of it is runn"):
        export_study(study, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_in_an_export_tells_of_the_machine_that_made_it(study, exported, tmp_path):
    for path in exported.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert str(tmp_path).encode() not in content, path
            assert b"somewhere" not in content, path
            assert b"dashboard:" not in content, path
            assert b"eves-laptop" not in content, path
    with Storage(str(exported / "study.db")) as storage:
        trials = read_snapshot(open_study(storage, "cheap")).trials
    assert {trial.host for trial in trials} == {"machine-1"}
    assert {each.host for trial in trials for each in trial.attempts} == {"machine-1"}


def test_an_exported_database_can_be_read_where_nothing_can_be_written(exported):
    url = f"file:{exported / 'study.db'}?mode=ro&immutable=1"
    database = sqlite3.connect(url, uri=True)
    (mode,) = database.execute("PRAGMA journal_mode").fetchone()
    database.close()
    assert mode == "delete"


def test_an_export_is_replaced_by_the_next_and_nothing_else_is(study, exported, tmp_path):
    (exported / "README.md").write_text("by a person")
    (exported / "runs" / "99").mkdir()
    export_study(study, exported)
    assert (exported / "README.md").exists()
    assert not (exported / "runs" / "99").exists()

    (tmp_path / "mine" / "runs").mkdir(parents=True)
    with pytest.raises(BadInput, match=r"mine: runs is there without study\.db"):
        export_study(study, tmp_path / "mine")
    optuna.create_study(storage=f"sqlite:///{tmp_path / 'mine' / 'study.db'}", study_name="other")
    with pytest.raises(BadInput, match=r"study\.db holds other"):
        export_study(study, tmp_path / "mine")


def test_a_running_study_is_not_exported(study, tmp_path):
    trial = study.start_trial("search")
    study.store(trial, owner=Owner(host="a", pid=os.getpid()))
    with pytest.raises(BadInput, match=r"study cheap: is running \(trial 8\)"):
        export_study(study, tmp_path / "out")
    assert not (tmp_path / "out").exists()

"""Pages and the dashboard of a finished study that ships, without a storage of one's own."""

import contextlib
from pathlib import Path

import pytest
from made_studies import make_study
from optuna_dashboard import get_note
from stored_studies import store

from reports.cli import compare, study
from reports.dashboard import serve as server
from reports.dashboard.process import serve
from reports.data.study_data import read_study_data
from search.results.export import export_study
from search.results.summary import trials_csv
from search.storage import exported
from search.storage.storage import Storage
from search.storage.study import open_study
from search.storage.trials import StudyWithStorage


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A folder with the finished study ``made``, which ships; the working folder is empty."""
    runs = tmp_path / "runs" / "made"
    url = str(tmp_path / "studies.db")
    store(make_study(8, runs=runs), url, runs)
    with Storage(url) as storage:
        export_study(open_study(storage, "made"), tmp_path / "results" / "made")
    monkeypatch.setattr(exported, "SHIPPED", tmp_path / "results")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "results" / "made"


def test_its_report_is_that_of_the_study_it_was_copied_from(shipped, tmp_path):
    study("made", Path("shipped.html"))
    original = read_study_data("made", str(tmp_path / "studies.db"))
    copied = read_study_data("made", None)
    assert copied.verdict == original.verdict
    assert (copied.best_run.scores.label == original.best_run.scores.label).all()
    assert original.verdict.answer in Path("shipped.html").read_text()


def test_it_is_compared_with_a_study_of_ones_own(shipped, tmp_path):
    own = tmp_path / "work" / "runs" / "studies.db"
    store(make_study(8, name="own"), f"sqlite:///{own}")
    compare(["made", "own"], Path("compare.html"))
    page = Path("compare.html").read_text()
    assert "made" in page
    assert "own" in page


def test_its_dashboard_opens_on_its_note_and_never_writes_the_folder(shipped, monkeypatch, capsys):
    before = {path: path.read_bytes() for path in shipped.rglob("*") if path.is_file()}
    notes = []

    class Server:
        def __init__(self, storage, *_, study, **__):
            self.study = open_study(storage, study)

        def serve_forever(self):
            stored = self.study.study_attributes()
            notes.append(get_note(StudyWithStorage(self.study.id, _Attributes(stored))))

    class _Attributes:
        def __init__(self, stored):
            self.get_study_system_attrs = lambda _id: stored

    monkeypatch.setattr(
        server,
        "make_server",
        lambda *args, **kwargs: contextlib.nullcontext(Server(*args, **kwargs)),
    )
    serve(None, "made", port=None)
    assert read_study_data("made", None).verdict.sentence.split(",")[0] in notes[0]
    assert f"{shipped / 'study.db'}: http://127.0.0.1:" in capsys.readouterr().out
    after = {path: path.read_bytes() for path in shipped.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize("name", exported.shipped_finished())
def test_a_study_that_ships_is_complete_and_names_no_machine(name, tmp_path, monkeypatch):
    folder = exported.SHIPPED / name
    monkeypatch.chdir(tmp_path)
    data = read_study_data(name, None)
    snapshot = data.snapshot
    assert snapshot.ending is not None
    assert snapshot.unfinished == ()
    assert data.best_run.problem == ""
    assert data.baseline_run.problem == ""
    assert data.summary["best"]["trial"] == snapshot.best.number
    assert trials_csv(snapshot) == (folder / "trials.csv").read_text()
    assert {trial.host for trial in snapshot.trials} == {"machine-1"}
    for trial in snapshot.trials:
        assert trial.run == folder / "runs" / str(trial.number)
        assert {"recipe.toml", "history.csv"} <= {path.name for path in trial.run.iterdir()}
    for session in snapshot.sessions:
        assert "/" not in session.command.replace("sqlite:///", ""), "names no folder"
    assert (folder / "study.db").read_bytes()[18:20] == b"\1\1", "no write-ahead log"
    assert not (folder / "study.db.lock").exists()
    # The model ships as ONNX, too.
    small = [path for path in folder.rglob("*") if path.suffix != ".onnx"]
    assert sum(path.stat().st_size for path in small) < 6_000_000


def test_beat_baseline_ships_finished():
    assert "beat_baseline" in exported.shipped_finished()

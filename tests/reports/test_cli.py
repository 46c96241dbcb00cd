"""``fer report``, from a storage to a file."""

import dataclasses
import datetime
import os
import time
from pathlib import Path

import numpy as np
import pytest
from made_scores import make_scores
from made_studies import make_study, moved
from made_trials import BEGAN
from stored_studies import store

from fer.errors import BadInput
from fer.scores import write_scores
from reports.cli import compare, study
from reports.data.study_data import read_study_data
from reports.figures.study import audit


@pytest.fixture
def stored(tmp_path):
    runs = tmp_path / "runs" / "made"
    made = make_study(8, runs=runs)
    url = str(tmp_path / "studies.journal")
    store(made, url, runs)
    return made, url


def test_a_study_comes_back_from_its_storage_and_its_runs(stored):
    made, url = stored
    read = read_study_data("made", url)
    assert [t.params for t in read.snapshot.trials] == [t.params for t in made.snapshot.trials]
    assert read.snapshot.best.number == made.snapshot.best.number
    assert (read.best_run.scores.label == made.best_run.scores.label).all()
    assert read.held_out == 600
    assert read.snapshot == made.snapshot


def test_the_same_study_gives_the_same_file_wherever_the_page_is_made(stored, tmp_path):
    _, url = stored
    pages = []
    for zone in ("UTC", "Pacific/Auckland"):
        _in_zone(zone, lambda: study("made", tmp_path / "page.html", url))
        pages.append((tmp_path / "page.html").read_bytes())
    assert pages[0] == pages[1]


def _in_zone(zone: str, act):
    os.environ["TZ"] = zone
    time.tzset()
    try:
        return act()
    finally:
        del os.environ["TZ"]
        time.tzset()


def test_a_study_that_ran_over_a_clock_change_gives_the_same_page_as_in_utc(tmp_path):
    began = datetime.datetime(2026, 3, 29, 0, 55)  # UTC; at 1:00 Berlin goes from 2:00 to 3:00
    pages = []
    for zone in ("UTC", "Europe/Berlin"):
        url = str(tmp_path / zone.replace("/", "-") / "studies.journal")
        Path(url).parent.mkdir()
        made = moved(make_study(8), began - BEGAN)
        _in_zone(zone, lambda made=made, url=url: store(made, url))
        out = tmp_path / "page.html"
        _in_zone(zone, lambda url=url, out=out: study("made", out, url))
        pages.append(out.read_bytes())
    assert pages[0] == pages[1]
    assert _in_zone(zone, lambda: read_study_data("made", url)).snapshot.began == began


def test_missing_run_folders_are_reported(stored, tmp_path):
    _, url = stored
    read = read_study_data("made", url, runs=tmp_path / "nowhere")
    assert "is not here" in read.best_run.problem
    study("made", tmp_path / "page.html", url, runs=tmp_path / "nowhere")
    assert "is not here" in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize("name", ["validation.npz", "metrics.json"])
def test_damaged_files_of_a_run_are_reported(stored, tmp_path, capsys, name):
    made, url = stored
    folder = tmp_path / "runs" / "made" / str(made.snapshot.best.number)
    (folder / name).write_bytes(b"")
    study("made", tmp_path / "page.html", url, runs=folder.parent)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("fer: study made: the run folder of trial")
    assert f"{folder / name}: " in line
    assert line.endswith("; the report uses nothing of it")
    assert f"{name}: " in (tmp_path / "page.html").read_text()


def test_predictions_of_another_run_are_not_used(stored, tmp_path):
    made, url = stored
    folder = tmp_path / "runs" / "made" / str(made.snapshot.best.number)
    write_scores(folder / "validation.npz", make_scores(made.snapshot.best.accuracy - 0.01, 1))
    run = read_study_data("made", url).best_run
    assert "predictions of trial" in run.problem
    assert "are of another run" in run.problem
    assert run.scores is None
    assert not run.metrics
    study("made", tmp_path / "page.html", url)
    assert "are of another run" in (tmp_path / "page.html").read_text()


def test_faces_of_another_source_are_refused_and_nothing_is_written(stored, tmp_path):
    _, url = stored
    with pytest.raises(BadInput, match=r"synthetic.*but study made was run on faces\.zip"):
        study("made", tmp_path / "page.html", url, data="synthetic")
    assert not (tmp_path / "page.html").exists()


def test_an_unknown_study_is_one_line(stored, tmp_path):
    _, url = stored
    with pytest.raises(BadInput, match="study maid: not in"):
        study("maid", tmp_path / "page.html", url)


def test_pictures_without_a_browser_are_refused_before_anything_is_written(
    stored, tmp_path, monkeypatch
):
    _, url = stored
    monkeypatch.setenv("FER_BROWSER", "no-such-browser")
    with pytest.raises(BadInput, match="expected chromium or google-chrome"):
        study("made", tmp_path / "page.html", url, png=tmp_path / "png")
    assert not (tmp_path / "page.html").exists()


def test_studies_of_two_storages_are_compared(stored, tmp_path):
    _, url = stored
    other = str(tmp_path / "other.journal")
    store(make_study(5, seed=9), other)
    compare(["made", "made"], tmp_path / "compare.html", [url, other])
    assert "made (2)" in (tmp_path / "compare.html").read_text()


def test_storages_must_be_one_or_as_many_as_studies(stored, tmp_path):
    _, url = stored
    with pytest.raises(BadInput, match="not 2"):
        compare(["a", "b", "c"], tmp_path / "compare.html", [url, url])


def test_notes_stand_on_a_page_and_are_read_before_anything_else(stored, tmp_path):
    _, url = stored
    notes, out = tmp_path / "notes.md", tmp_path / "page.html"
    with pytest.raises(BadInput, match=r"notes\.md: cannot be read"):
        study("no such study", out, url, notes=notes)
    notes.write_text("Two **seeds** each.")
    study("made", out, url, notes=notes)
    assert "<p>Two <strong>seeds</strong> each.</p>" in out.read_text()
    compare(["made", "made"], out, [url], notes=notes)
    assert "<p>Two <strong>seeds</strong> each.</p>" in out.read_text()


def test_one_study_is_not_compared(stored, tmp_path):
    _, url = stored
    with pytest.raises(BadInput, match="STUDY made: expected two or more"):
        compare(["made"], tmp_path / "compare.html", [url])


def test_test_faces_are_audited_with_the_training_faces_or_not_at_all(stored, tmp_path):
    _, url = stored
    with pytest.raises(BadInput, match=r"--test t\.zip: needs --data"):
        study("made", tmp_path / "page.html", url, test="t.zip")


def test_test_faces_of_another_source_are_looked_for_among_the_training(tmp_path):
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (30, 48, 48), dtype=np.uint8)
    names = np.array(["angry", "happy", "neutral"] * 10)
    np.savez(tmp_path / "train.npz", train_images=images, train_labels=names)
    np.savez(tmp_path / "test.npz", test_images=images[:2])
    made = dataclasses.replace(make_study(0), source=str(tmp_path / "train.npz"))
    alone = audit.build(made)
    assert "This source has no test faces" in alone.sentence
    assert ("leaks", None) in alone.data.rows
    both = audit.build(dataclasses.replace(made, test_source=str(tmp_path / "test.npz")))
    assert "2\u00a0test images that are in the training split, too" in both.sentence
    assert ("leaks", 2) in both.data.rows

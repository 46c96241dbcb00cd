"""``fer report``, from a storage to a file."""

import os
import time

import pytest
from made_studies import make_material, store

from fer.errors import BadInput
from reports.commands import compare, study
from reports.material import read_material


@pytest.fixture
def stored(tmp_path):
    runs = tmp_path / "runs" / "made"
    material = make_material(8, runs=runs)
    url = str(tmp_path / "studies.journal")
    store(material, url, runs)
    return material, url


def test_a_study_comes_back_from_its_storage_and_its_runs(stored):
    material, url = stored
    read = read_material("made", url)
    assert [t.params for t in read.trials] == [t.params for t in material.trials]
    assert read.best.number == material.best.number
    assert (read.best_run.scores.label == material.best_run.scores.label).all()
    assert read.held_out == 600
    assert read.seconds == material.seconds


def test_the_same_study_gives_the_same_file_wherever_the_page_is_made(stored, tmp_path):
    _, url = stored
    pages = []
    for zone in ("UTC", "Pacific/Auckland"):
        os.environ["TZ"] = zone
        time.tzset()
        try:
            study("made", tmp_path / "page.html", url)
        finally:
            del os.environ["TZ"]
            time.tzset()
        pages.append((tmp_path / "page.html").read_bytes())
    assert pages[0] == pages[1]


def test_runs_that_are_gone_are_said_to_be(stored, tmp_path):
    _, url = stored
    read = read_material("made", url, runs=tmp_path / "nowhere")
    assert "is not here" in read.best_run.problem
    study("made", tmp_path / "page.html", url, runs=tmp_path / "nowhere")
    assert "is not here" in (tmp_path / "page.html").read_text()


def test_damaged_predictions_are_said_to_be(stored, tmp_path):
    material, url = stored
    folder = tmp_path / "runs" / "made" / str(material.best.number)
    (folder / "validation.npz").write_bytes(b"PK no zip")
    assert "damaged" in read_material("made", url).best_run.problem


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
    store(make_material(5, seed=9), other)
    compare(["made", "made"], tmp_path / "compare.html", [url, other])
    assert "made (2)" in (tmp_path / "compare.html").read_text()


def test_storages_must_be_one_or_as_many_as_studies(stored, tmp_path):
    _, url = stored
    with pytest.raises(BadInput, match="2 of them"):
        compare(["a", "b", "c"], tmp_path / "compare.html", [url, url])

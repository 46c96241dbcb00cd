"""The default source of faces, and the download of FER2013."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from faces_sources import CLASSES, noise, png, write_zip

from fer.errors import BadInput, FerError, Interrupted
from fer.faces import default_source, load_faces
from fer.faces.fer2013 import fingerprint
from fer.faces.fetch import fetch_fer2013
from fer.faces.load import open_source


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """A small stand-in for Kaggle's file: one face of each class in both splits."""
    rows = [
        f"{label},{' '.join(map(str, noise(10 * split + label).ravel()))},{usage}"
        for split, usage in enumerate(("Training", "PrivateTest"))
        for label in range(7)
    ]
    path = tmp_path / "kaggle" / "fer2013.csv"
    path.parent.mkdir()
    path.write_text("\n".join(["emotion,pixels,Usage", *rows]) + "\n")
    return path


@pytest.fixture
def tiny_fer2013(csv: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Make the small file count as FER2013."""
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "another"))
    train = open_source(str(csv))["train"]
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("fer.faces.fer2013.TRAIN_FINGERPRINT", fingerprint(train))
    monkeypatch.setattr("fer.faces.fer2013.TEST_COUNTS", (1,) * 7)


def kaggle(monkeypatch: pytest.MonkeyPatch, download: object) -> None:
    monkeypatch.setitem(sys.modules, "kagglehub", SimpleNamespace(dataset_download=download))


def test_synthetic_faces_are_the_default_and_the_line_says_how_to_get_real_ones() -> None:
    default = default_source()
    assert default.source == "synthetic"
    assert "fer data fetch" in default.why
    assert "\n" not in default.why


@pytest.mark.usefixtures("tiny_fer2013")
def test_a_source_in_the_environment_comes_before_a_prepared_one(
    csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_source(str(csv))
    monkeypatch.setenv("FER_DATA", "mine.zip")
    assert default_source().source == "mine.zip"
    assert "mine.zip" in default_source().why


@pytest.mark.usefixtures("tiny_fer2013")
def test_a_prepared_fer2013_is_used_even_when_its_file_is_gone(csv: Path) -> None:
    faces = load_faces(str(csv), "test", CLASSES)
    csv.unlink()
    default = default_source()
    assert load_faces(default.source, "test", CLASSES).hash == faces.hash
    assert default.source in default.why


def test_another_prepared_source_is_not_used_by_default(csv: Path) -> None:
    open_source(str(csv))
    assert default_source().source == "synthetic"


@pytest.mark.usefixtures("tiny_fer2013")
def test_fer2013_with_test_faces_replaces_one_without_and_not_the_reverse(
    csv: Path, tmp_path: Path
) -> None:
    names = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    entries = {f"train/{name}/1.png": png(noise(label)) for label, name in enumerate(names)}
    train_only = write_zip(tmp_path / "train.zip", entries)
    open_source(str(train_only))
    first = default_source().source
    assert set(open_source(first)) == {"train"}
    open_source(str(csv))
    second = default_source().source
    assert set(open_source(second)) == {"train", "test"}
    open_source(str(write_zip(tmp_path / "again.zip", {**entries, "read.me": b""})))
    assert default_source().source == second


@pytest.mark.usefixtures("tiny_fer2013")
def test_a_download_is_checked_prepared_and_used_by_default(
    csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    kaggle(monkeypatch, lambda name: asked.append(name) or str(csv.parent))
    assert fetch_fer2013() == csv
    assert asked == ["deadskull7/fer2013"]
    assert len(load_faces(default_source().source, "train", CLASSES)) == 3


def test_without_the_extra_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    with pytest.raises(BadInput, match=r"pip install 'fer-search\[kaggle\]'"):
        fetch_fer2013()


def test_a_download_that_is_not_fer2013_is_refused_and_not_used(
    csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kaggle(monkeypatch, lambda _: str(csv.parent))
    with pytest.raises(BadInput, match=r"fer2013\.csv: its training faces are not FER2013's"):
        fetch_fer2013()
    assert default_source().source == "synthetic"


@pytest.mark.usefixtures("tiny_fer2013")
def test_fer2013_with_other_test_faces_is_refused(
    csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fer.faces.fer2013.TEST_COUNTS", (2,) * 7)
    kaggle(monkeypatch, lambda _: str(csv.parent))
    with pytest.raises(BadInput, match=r"test faces \(1, 1, 1, 1, 1, 1, 1\) by class: expected"):
        fetch_fer2013()


def test_a_download_without_the_csv_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "download").mkdir()
    kaggle(monkeypatch, lambda _: str(tmp_path / "download"))
    with pytest.raises(BadInput, match=r"0 CSV files: expected fer2013\.csv"):
        fetch_fer2013()


def test_a_download_that_fails_is_one_line_and_an_interrupt_is_passed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: str) -> str:
        raise ConnectionError("no route\nto host")

    kaggle(monkeypatch, fail)
    with pytest.raises(FerError, match="deadskull7/fer2013: no route to host") as caught:
        fetch_fer2013()
    assert caught.value.exit_status == 1

    def stop(_: str) -> str:
        raise Interrupted("stopped by SIGINT")

    kaggle(monkeypatch, stop)
    with pytest.raises(Interrupted):
        fetch_fer2013()


@pytest.mark.realdata
def test_the_real_archive_is_recognised_as_fer2013(real_data: Path) -> None:
    open_source(str(real_data / "fer2013-train.zip"))
    assert len(load_faces(default_source().source, "train", CLASSES)) == 16_175

"""A study whose faces cannot measure every class is refused before its first trial."""

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from fer.errors import BadInput
from fer.faces import Faces
from search.config.study_file import read_study
from search.execution.check_split import check_split
from search.execution.run_study import Request, run_study
from search.results.snapshot import read_snapshot
from search.storage.study_faces import check_data


def request(source: Path, folder: Path, trials: int = 1) -> Request:
    return Request("quick", str(source), str(folder / "s.db"), 1, trials, None, folder / "out")


def save(path: Path, counts: tuple[int, ...]) -> Path:
    labels = np.repeat(["angry", "happy", "neutral"], counts)
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (len(labels), 48, 48), dtype=np.uint8)
    np.savez(path, train_images=images, train_labels=labels)
    return path


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        ((9, 9, 1), "no held-out face of 'neutral', which has 1: validation = "),
        ((1, 1, 1), "no held-out faces: validation = "),
    ],
)
def test_a_study_without_held_out_faces_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: tuple[int, ...], line: str
) -> None:
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    source = save(tmp_path / "f.npz", counts)
    with pytest.raises(BadInput) as caught:
        run_study(request(source, tmp_path))
    assert str(caught.value).startswith(f"--data {source}: {line}")
    assert not (tmp_path / "s.db").exists()
    assert not (tmp_path / "out").exists()


def test_a_study_that_has_begun_is_not_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    source = save(tmp_path / "f.npz", (9, 9, 1))
    monkeypatch.setattr("search.execution.run_study.is_begun", lambda *_: True)
    monkeypatch.setattr("search.execution.run_study._train", lambda *_: None)
    run_study(request(source, tmp_path))
    assert (tmp_path / "s.db").exists()


def test_the_size_of_the_sources_own_validation_split_is_stored_with_the_study(
    open_cheap,
) -> None:
    study = open_cheap(storage="studies.db")
    images = np.zeros((6, 48, 48), np.uint8)
    labels = np.arange(6) % 3
    held_out = np.arange(3, 6)
    ids = tuple("abcdef")
    check_data(study, "f.zip", Faces(images, labels, ids, ("a", "b", "c"), "0" * 64, held_out))
    assert read_snapshot(study).held_out == 3


def test_a_race_is_refused_where_the_source_has_one_validation_split_of_its_own(study_file) -> None:
    rounds = "[rounds.screen]\nepochs = 2\ntrials = 4\n[rounds.race]\nfolds = 3"
    definition, _ = read_study(study_file(("[budget]\ntrials = 8", rounds)))
    labels = np.arange(6) % 3
    images, ids = np.zeros((6, 48, 48), np.uint8), tuple("abcdef")
    faces = Faces(images, labels, ids, ("a", "b", "c"), "0" * 64, np.arange(3, 6))
    with pytest.raises(BadInput, match=r"the 3 folds of rounds\.race would all be this one"):
        check_split(faces, definition, "f.zip")


@pytest.mark.parametrize(("folds", "refused"), [(1, False), (3, True)])
def test_folds_are_refused_where_the_source_has_one_validation_split_of_its_own(
    study_file, folds: int, refused: bool
) -> None:
    objective = f"[objective]\nfolds = {folds}\nseeds = 2\n[budget]"
    definition, _ = read_study(study_file(("[budget]", objective)))
    labels = np.arange(6) % 3
    images, ids = np.zeros((6, 48, 48), np.uint8), tuple("abcdef")
    faces = Faces(images, labels, ids, ("a", "b", "c"), "0" * 64, np.arange(3, 6))
    with pytest.raises(BadInput, match=r"use objective\.seeds = 3") if refused else nullcontext():
        check_split(faces, definition, "f.zip")

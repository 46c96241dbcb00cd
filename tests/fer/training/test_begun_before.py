"""Runs begun by an earlier version are resumed by this one (tests/fer/training/data/begun)."""

import shutil
from pathlib import Path

import pytest
import torch

import fer.training.state
from fer.errors import BadInput
from fer.faces import load_faces
from fer.faces.types import Faces
from fer.history import read_history
from fer.model import load_model
from fer.recipe import Recipe, load_recipe
from fer.training import Result, train

DATA = Path(__file__).parent / "data" / "begun"


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the folder, on a machine that computes in fp32, as theirs did."""
    monkeypatch.setattr(fer.training.state, "precision", lambda device: "fp32")
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    return Path(shutil.copytree(DATA, tmp_path / "begun"))


@pytest.fixture
def recipe(begun: Path) -> Recipe:
    return load_recipe(str(begun / "recipe.toml"))


@pytest.fixture
def old_faces(begun: Path, recipe: Recipe) -> Faces:
    return load_faces(str(begun / "faces.npz"), "train", recipe.classes)


def resume(recipe: Recipe, faces: Faces, run: Path) -> Result:
    return train(recipe, faces, run, device=torch.device("cpu"), threads=1, resume=True)


def test_an_unfinished_run_resumes_where_it_stopped(
    begun: Path, recipe: Recipe, old_faces: Faces
) -> None:
    whole = read_history(begun / "finished" / "history.csv")
    history = resume(recipe, old_faces, begun / "unfinished").history
    assert [epoch.number for epoch in history] == [1, 2, 3]
    assert history[0].train_loss == whole[0].train_loss, "the first epoch is not trained again"
    # The last bits are another processor's.
    for resumed, uninterrupted in zip(history, whole, strict=True):
        assert resumed.train_loss == pytest.approx(uninterrupted.train_loss, rel=0.01)
        assert resumed.validation_loss == pytest.approx(uninterrupted.validation_loss, rel=0.01)


def test_a_finished_run_is_known_as_finished(begun: Path, recipe: Recipe, old_faces: Faces) -> None:
    before = {path: path.stat().st_mtime_ns for path in (begun / "finished").iterdir()}
    assert resume(recipe, old_faces, begun / "finished").validation_accuracy == 1.0
    assert {path: path.stat().st_mtime_ns for path in (begun / "finished").iterdir()} == before


def test_a_finished_model_is_loaded(begun: Path, recipe: Recipe) -> None:
    assert load_model(begun / "finished", torch.device("cpu"))[1] == recipe


@pytest.mark.parametrize("run", ["finished", "unfinished"])
def test_another_recipe_is_still_refused(
    begun: Path, recipe: Recipe, old_faces: Faces, run: str
) -> None:
    with pytest.raises(BadInput, match="recipe"):
        resume(recipe.with_values({"dropout": 0.2}), old_faces, begun / run)

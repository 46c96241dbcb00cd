"""The folds of a recipe: which runs of a folder are read, and which are refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_scores import make_scores

from fer.errors import BadInput
from fer.evaluation.folds import faces_of, read_folds
from fer.recipe import Recipe
from fer.scores import VALIDATION, Scores, write_scores

RECIPE = Recipe(widths=(4, 8), dropout=0.2, validation=0.0)
FACES = "ab" * 32


def write_run(folder: Path, faces: str = FACES, **values: Any) -> Path:
    """A finished run of the recipe that held faces out, without its model."""
    recipe = RECIPE.with_values({"validation": 0.1, **values})
    folder.mkdir(parents=True)
    (folder / "recipe.toml").write_text(recipe.to_toml())
    metrics = {"recipe_hash": recipe.hash, "faces": {"hash": faces}}
    (folder / "metrics.json").write_text(json.dumps(metrics))
    write_scores(folder / VALIDATION, make_scores(0.8))
    return folder


def test_the_folds_of_a_recipe_are_found_among_other_runs(tmp_path: Path) -> None:
    runs = [write_run(tmp_path / f"fold-{n}", seed=n, split_seed=n) for n in (1, 2)]
    write_run(tmp_path / "fold-1-baseline", dropout=0.5)
    (write_run(tmp_path / "seed-1") / VALIDATION).unlink()
    (write_run(tmp_path / "unfinished") / "metrics.json").unlink()
    folds = read_folds([tmp_path], RECIPE, FACES)
    assert [fold.run for fold in folds] == runs
    assert {(fold.faces, len(fold.scores)) for fold in folds} == {(FACES, 600)}


def test_a_run_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    run = write_run(tmp_path / "fold-1")
    assert len(read_folds([run, tmp_path, run], RECIPE, None)) == 1


def test_a_run_of_another_recipe_is_refused_with_the_key(tmp_path: Path) -> None:
    run = write_run(tmp_path / "other", dropout=0.5)
    problem = r"dropout = 0\.5: must be 0\.2, as all must be of one recipe"
    with pytest.raises(BadInput, match=rf"other/recipe\.toml: {problem}"):
        read_folds([run], RECIPE, None)
    with pytest.raises(
        BadInput, match=rf"none of its 1 run with held-out faces .*other: {problem}"
    ):
        read_folds([tmp_path], RECIPE, None)


def test_runs_of_other_faces_are_refused(tmp_path: Path) -> None:
    write_run(tmp_path / "fold-1")
    with pytest.raises(BadInput, match=r"faces hash = abababab.*must be cdcdcdcd"):
        read_folds([tmp_path], RECIPE, "cd" * 32)
    write_run(tmp_path / "fold-2", faces="cd" * 32)
    with pytest.raises(BadInput, match=r"fold-2/metrics\.json: faces hash = cdcdcdcd"):
        read_folds([tmp_path], RECIPE, None)


def test_what_held_no_faces_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="missing: expected a finished run that held faces out"):
        read_folds([tmp_path / "missing"], RECIPE, None)
    run = write_run(tmp_path / "final")
    (run / VALIDATION).unlink()
    with pytest.raises(BadInput, match=r"final: has no validation\.npz"):
        read_folds([run], RECIPE, None)


@pytest.mark.parametrize("value", [-0.1, 1.5, np.nan])
def test_numbers_that_are_no_probabilities_are_refused(tmp_path: Path, value: float) -> None:
    run = write_run(tmp_path / "fold-1")
    scores = make_scores(0.8)
    scores.probabilities[7, 1] = value
    write_scores(run / VALIDATION, scores)
    with pytest.raises(BadInput, match=r"probabilities\[7\] = .*must be in \[0, 1\]"):
        read_folds([run], RECIPE, None)


def test_predictions_of_other_classes_are_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path / "fold-1")
    scores = make_scores(0.8)
    two = Scores(scores.index, scores.label % 2, scores.probabilities[:, :2])
    write_scores(run / VALIDATION, two)
    with pytest.raises(BadInput, match=r"probabilities \[600, 2\]: expected 3 columns"):
        read_folds([run], RECIPE, None)


def test_a_model_outside_a_run_folder_does_not_know_its_faces(tmp_path: Path) -> None:
    assert faces_of(write_run(tmp_path / "fold-1")) == FACES
    assert faces_of(tmp_path / "model.safetensors") is None

"""Models that ship, and their cards."""

import json
import shutil
from pathlib import Path

import pytest
from made_scores import make_scores

from fer.recipe import load_recipe
from fer.scores import VALIDATION, write_scores
from tools.model_cards import graded_card
from tools.readme import GRADED, ROOT


def test_a_model_that_ships_is_small() -> None:
    models = [*ROOT.glob("studies/**/*.safetensors"), *ROOT.glob("studies/**/*.onnx")]
    assert models
    assert [path for path in models if path.stat().st_size > 5_000_000] == []


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A copy of the graded results, without trials."""
    return Path(shutil.copytree(GRADED, tmp_path / "r", ignore=shutil.ignore_patterns("runs")))


def test_runs_of_the_recipe_are_on_the_card_of_its_model(results: Path) -> None:
    fold = results / "runs" / "fold-1"
    shutil.copytree(results / "all-seed-1", fold)
    recipe = load_recipe(str(results / "best.toml"))
    (fold / "recipe.toml").write_text(recipe.to_toml())
    write_scores(fold / VALIDATION, make_scores(0.8))
    card = graded_card(results)
    assert "**0.8416**" in card
    assert "| `fold-1` | 0.8000 |" in card


def test_a_grade_of_several_models_is_on_no_card(results: Path) -> None:
    grade = json.loads((results / "grade.json").read_text())
    (results / "grade.json").write_text(json.dumps(grade | {"seeds": 3}))
    with pytest.raises(ValueError, match="seeds = 3: a card is of one model"):
        graded_card(results)

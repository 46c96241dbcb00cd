"""The plan of the table of curves: recipes spread over the space, and no curve twice."""

import json

import pytest

from search.config.study_file import read_study
from search.replay.table import RECIPES as FILE
from search.replay.table import shipped_table
from tools.measure_curves import RECIPES, STUDY, identity, plan, spread

PLAN = list(plan())


def test_every_recipe_is_trained_on_both_folds_with_both_schedules() -> None:
    recipes = range(RECIPES + 1)
    assert [identity(curve) for curve in PLAN] == [
        (recipe, fold, epochs) for recipe in recipes for epochs in (20, 7) for fold in (0, 1)
    ]
    assert len({curve["values"]["seed"] for curve in PLAN}) == len(PLAN)


def test_every_24_recipes_hold_each_activation_with_each_batch_size() -> None:
    definition, _ = read_study(STUDY)
    pairs = [(r.activation, r.batch_size) for r in spread(definition, RECIPES)]
    blocks = [pairs[start : start + 24] for start in range(0, len(pairs), 24)]
    assert [len(set(block)) for block in blocks] == [24, 24, 24, 24]


def test_the_recipes_fill_each_range_evenly() -> None:
    definition, _ = read_study(STUDY)
    recipes = spread(definition, RECIPES)
    for key, entry in definition.space.entries.items():
        values = [getattr(recipe, key) for recipe in recipes]
        assert all(entry.contains(value) for value in values)
    dropout = sorted(recipe.dropout for recipe in recipes)
    assert dropout[RECIPES // 4] == pytest.approx(0.125, abs=0.02)
    assert dropout[3 * RECIPES // 4] == pytest.approx(0.375, abs=0.02)


def test_the_plan_has_the_recipes_of_the_table_that_ships() -> None:
    shipped = json.loads(shipped_table().with_name(FILE).read_text(encoding="utf-8"))
    planned = {str(curve["recipe"]): curve["values"] for curve in PLAN}
    for number, values in shipped["values"].items():
        assert {key: planned[number][key] for key in values} == values

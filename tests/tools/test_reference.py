import re

import pytest

from fer.recipe import Recipe
from search.config.pruners import PRUNERS
from search.config.samplers import SAMPLERS
from tools import reference

TABLES = [
    reference.recipe_keys,
    reference.study_keys,
    reference.space_keys,
    reference.sampler_keys,
    reference.pruner_keys,
    reference.augmentation,
    reference.families,
]


def rows(table: str) -> list[list[str]]:
    return [line.strip("|\n ").split(" | ") for line in table.splitlines()[2:]]


@pytest.mark.parametrize("table", TABLES)
def test_every_key_has_a_meaning(table: object) -> None:
    for row in rows(table()):  # type: ignore[operator]
        assert "–" in row or row[-1].strip(" |"), f"{row}: give the field a description"


def test_a_range_and_a_default_are_those_that_the_recipe_checks() -> None:
    table = {row[0].strip("`"): row for row in rows(reference.recipe_keys())}
    assert list(table) == list(Recipe.model_fields)
    assert table["dropout"][1:3] == ["number in [0, 1)", "`0.3`"]
    assert table["learning_rate"][1] == "number in (0, 10]"
    assert table["clip_norm"][1] == "number ≥ 0"
    assert table["widths"][1] == "list of 1 to 5 items, of integer in [1, 2048]"
    assert table["optimiser"][1] == "`adam`, `adamw`, `sgd`, `muon`"


def test_a_new_sampler_or_pruner_is_in_the_tables() -> None:
    for kinds, table in ((SAMPLERS, reference.sampler_keys()), (PRUNERS, reference.pruner_keys())):
        assert list(dict.fromkeys(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))) == list(kinds)

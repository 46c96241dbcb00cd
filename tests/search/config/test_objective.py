"""The objective of a study: a mean over folds and seeds."""

import pytest

from fer.errors import BadInput
from search.config.definition import load_definition
from search.config.objective import Objective
from search.config.study_file import read_study

OBJECTIVE = ("[budget]", "[objective]\nfolds = 2\nseeds = 3\n[budget]")


def test_a_study_without_an_objective_is_stored_as_before(study_file):
    definition, _ = read_study(study_file())
    assert definition.objective.runs == 1
    assert "objective" not in definition.dump()
    assert load_definition(definition.dump(), "stored") == definition


def test_an_objective_is_part_of_the_definition(study_file):
    definition, _ = read_study(study_file(OBJECTIVE))
    assert definition.objective.runs == 6
    assert load_definition(definition.dump(), "stored") == definition
    assert definition.differences(read_study(study_file())[0]) == ["objective"]


def test_pairs_go_over_all_folds_before_the_next_seed():
    assert [Objective(folds=2, seeds=3).fold(pair) for pair in range(6)] == [0, 1, 0, 1, 0, 1]


def test_a_fold_has_one_split_for_all_recipes_and_each_run_a_seed_of_its_own(study_file):
    definition, _ = read_study(study_file(OBJECTIVE))
    one, other = (definition.trial_recipe({"dropout": d}, n) for n, d in ((1, 0.1), (2, 0.2)))
    repeats = [definition.repeat_recipe(r, n, 1) for r, n in ((one, 3), (other, 4))]
    again = definition.repeat_recipe(one, 5, 2)
    assert [r.dropout for r in repeats] == [0.1, 0.2]
    assert repeats[0].split_seed == repeats[1].split_seed != one.split_seed
    assert again.split_seed == one.split_seed
    assert len({recipe.seed for recipe in (one, other, *repeats, again)}) == 5


def test_an_objective_beside_rounds_is_refused(study_file):
    rounds = "[rounds.screen]\nepochs = 2\ntrials = 4\n[objective]\nfolds = 2\n[budget]"
    with pytest.raises(BadInput, match="objective: cannot be used with rounds"):
        read_study(study_file(("[budget]", rounds)))


@pytest.mark.parametrize(
    ("value", "problem"),
    [("folds = 0", "objective.folds = 0"), ("runs = 3", "objective.runs")],
)
def test_an_objective_that_cannot_be_is_refused_in_one_line(study_file, value, problem):
    path = study_file(("[budget]", f"[objective]\n{value}\n[budget]"))
    with pytest.raises(BadInput) as error:
        read_study(path)
    assert problem in str(error.value)
    assert "\n" not in str(error.value)

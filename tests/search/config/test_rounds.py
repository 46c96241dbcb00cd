"""Rounds in a study file."""

import pytest

from fer.errors import BadInput
from search.config.definition import load_definition
from search.config.rounds import Race, Screen
from search.config.study_file import read_study

ROUNDS = "[rounds.screen]\nepochs = 2\ntrials = 8\n[rounds.race]\nfolds = 3\n"


def with_rounds(rounds=ROUNDS, budget="trials = 40"):
    return ("[budget]\ntrials = 8", f"{rounds}[budget]\n{budget}")


def test_trials_of_the_screen_have_its_epochs_and_the_baseline_its_own(study_file):
    definition, _ = read_study(study_file(with_rounds()))
    assert definition.rounds.screen == Screen(epochs=2, trials=8)
    assert definition.rounds.race == Race(keep=0.25, folds=3, seeds=1, p=0.13)
    assert definition.trial_recipe({}, 1).epochs == definition.trial_epochs == 2
    assert definition.recipe.epochs == 4
    assert definition.baseline_recipe(0).epochs == 5


def test_a_study_with_rounds_survives_the_storage(study_file):
    definition, _ = read_study(study_file(with_rounds()))
    assert load_definition(definition.dump(), "the storage").differences(definition) == []


def test_a_study_that_was_stored_before_there_were_rounds_is_the_same_still(study_file):
    definition, _ = read_study(study_file())
    assert "rounds" not in definition.dump()
    assert load_definition(definition.dump(), "the storage").rounds is None


def test_other_rounds_are_another_study(study_file):
    plain, _ = read_study(study_file())
    rounds, _ = read_study(study_file(with_rounds()))
    assert plain.differences(rounds) == ["rounds"]


def test_a_study_whose_screen_has_a_number_of_trials_needs_no_budget(study_file):
    _, limits = read_study(study_file(("[budget]\ntrials = 8", ROUNDS)))
    assert limits.budget.trials is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("epochs = 2", "epochs = 4", "rounds.screen.epochs = 4: must be fewer than the 4 epochs"),
        ("epochs = 2", "epoch = 2", "unknown key 'rounds.screen.epoch': did you mean 'epochs'?"),
        ("epochs = 2\n", "", "rounds.screen.epochs: is missing"),
        ("trials = 8", "trials = 1", "rounds.screen.trials = 1: must be greater than or equal"),
        ("trials = 8\n", "", "rounds.screen: expected trials, as the budget has neither hours nor"),
        ("trials = 8", "share = 1", "rounds.screen.share = 1: must be less than 1"),
        ("trials = 8", "trials = 38", "budget.trials = 40: must be at least 60: 38 of the screen"),
        ("folds = 3", "folds = 1", "rounds.race.folds = 1: must be greater than or equal to 2"),
        ("folds = 3", "keep = 0", "rounds.race.keep = 0: must be greater than 0"),
        ("folds = 3", "fold = 3", "unknown key 'rounds.race.fold': did you mean 'folds'?"),
        ("[rounds.race]", "[rounds.final]", "unknown key 'rounds.final'"),
    ],
)
def test_wrong_rounds_are_refused_in_one_line(study_file, old, new, message):
    with pytest.raises(BadInput) as refused:
        read_study(study_file(with_rounds(ROUNDS.replace(old, new))))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_epochs_cannot_be_searched_in_a_study_with_rounds(study_file):
    searched = ("[sampler]", 'epochs = { kind = "int", low = 2, high = 4 }\n[sampler]')
    with pytest.raises(BadInput, match=r"space\.epochs: epochs cannot be searched"):
        read_study(study_file(with_rounds(), searched))


def test_a_pruner_must_fit_the_epochs_of_the_screen(study_file):
    pruner = ('kind = "median"\nstartup = 2', 'kind = "hyperband"\nmin_resource = 3')
    with pytest.raises(BadInput, match=r"pruner\.min_resource = 3"):
        read_study(study_file(with_rounds(), pruner))

"""Trials as values."""

import optuna
from optuna.trial import TrialState

from fer.recipe import Recipe
from search.results.trials import trial_record


def test_a_recipe_stored_before_a_key_existed_has_its_default() -> None:
    stored = Recipe(dropout=0.1).model_dump(mode="json", exclude={"network"})
    trial = optuna.trial.create_trial(state=TrialState.RUNNING, user_attrs={"recipe": stored})
    record = trial_record(trial)
    assert record.recipe == Recipe(dropout=0.1).model_dump(mode="json")
    waiting = optuna.trial.create_trial(state=TrialState.WAITING)
    assert trial_record(waiting).recipe == {}

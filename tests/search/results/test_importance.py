"""Hyperparameter importance: the same trials give the same values, wherever they are shown."""

import dataclasses

import numpy as np
import optuna
import pytest
from made_snapshots import random_trials, record, snapshot

from search.results.importance import NEWEST, _ranked, importances
from search.results.trials import State

optuna.logging.set_verbosity(optuna.logging.WARNING)


def test_the_parameter_that_decides_the_accuracy_comes_first():
    trials = [
        dataclasses.replace(
            trial,
            state=State.COMPLETE,
            value=1 - abs(np.log10(trial.params["learning_rate"]) + 2.5),
        )
        for trial in random_trials(200)[1:]
    ]
    rows = importances(snapshot(*trials))
    assert rows[0].name == "learning_rate"
    assert rows[0].share > 0.6
    assert 0 < rows[0].low < rows[0].high < 1
    assert sum(row.share for row in rows) == pytest.approx(1)


def test_the_same_trials_give_the_same_importance():
    study = snapshot(*random_trials(60))
    assert importances(study) == importances(snapshot(*random_trials(60)))


def test_too_few_trials_have_no_importance():
    assert importances(snapshot(*random_trials(4))) == ()
    assert importances(snapshot()) == ()


def test_the_baseline_does_not_count():
    trials = random_trials(60)
    assert importances(snapshot(*trials)) == importances(snapshot(*trials[1:]))


def test_only_the_newest_trials_count():
    trials = random_trials(NEWEST + 31)
    assert importances(snapshot(*trials)) == importances(snapshot(*trials[-NEWEST:]))


def test_a_pruned_trial_ranks_below_every_complete_one_and_by_how_far_it_got():
    trials = [
        record(1, [0.1] * 10),
        record(2, [0.9] * 3, State.PRUNED),
        record(3, [0.2] * 10),
        record(4, [0.9] * 5, State.PRUNED),
        record(5, [0.9] * 9, State.FAILED),
        record(6, [0.9] * 2, State.RUNNING),
        record(7, [0.8] * 3, State.PRUNED),
        record(8, [0.2] * 10),
    ]
    assert [trial.value for trial in _ranked(trials)] == [3, 1, 4, 2, 0, 4]


def test_a_trial_without_a_finite_accuracy_has_no_rank():
    trials = [record(1, float("nan")), record(2, [], State.PRUNED), record(3, 0.5)]
    assert len(_ranked(trials)) == 1

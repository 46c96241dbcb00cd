"""Samplers: reproducible, resumable, and blind to the baseline."""

import sys
from types import ModuleType
from typing import Literal

import optuna
import pytest
from optuna.trial import TrialState

from search.config.definition import load_definition
from search.config.samplers import SAMPLERS, SamplerSettings
from search.config.samplers.grid import grid_size
from search.config.seeds import derive_seed
from search.storage.attributes import is_baseline

FIXED_DROPOUT = 'dropout = { kind = "float", low = 0.0, high = 0.5 }'
STEPS = (
    ("low = 1e-4, high = 1e-1, log = true", "low = 0.001, high = 0.003, step = 0.001"),
    (FIXED_DROPOUT, 'activation = { kind = "categorical", choices = ["relu", "mish"] }'),
)


def points(trials):
    return [trial.params for trial in trials]


@pytest.mark.parametrize("kind", ["tpe", "gp", "cmaes", "qmc", "random", "grid"])
def test_a_serial_study_run_twice_gives_the_same_trials(open_cheap, run_serially, kind):
    settings = f'kind = "{kind}"'
    if kind in ("tpe", "gp", "cmaes"):
        settings += "\nstartup = 3"
    lines = [
        ("startup = 3", settings),
        ("trials = 8", "trials = 6"),
        *(STEPS if kind == "grid" else ()),
    ]
    first = run_serially(open_cheap(*lines, storage="one.journal"))
    second = run_serially(open_cheap(*lines, storage="two.journal"))
    assert points(first) == points(second)
    assert [trial.values for trial in first] == [trial.values for trial in second]
    searched = [str(trial.params) for trial in first[1:]]
    assert len(set(searched)) == len(searched) == 5


@pytest.mark.parametrize("kind", ["tpe", "cmaes", "qmc", "random"])
def test_a_study_that_was_stopped_goes_on_as_if_it_had_not_been(open_cheap, run_serially, kind):
    line = ("startup = 3", f'kind = "{kind}"')
    whole = run_serially(open_cheap(line, storage="whole.journal"))
    run_serially(open_cheap(line, ("trials = 8", "trials = 4"), storage="halves.journal"))
    halves = run_serially(open_cheap(line, storage="halves.journal"))
    assert points(halves) == points(whole)


def test_another_seed_gives_other_trials(open_cheap, run_serially):
    three = run_serially(open_cheap(storage="three.journal"))
    four = run_serially(open_cheap(("seed = 3", "seed = 4"), storage="four.journal"))
    assert points(three)[1:] != points(four)[1:]


def test_samplers_and_pruners_never_see_the_baseline(open_cheap, run_serially):
    study = open_cheap(("trials = 8", "trials = 3"))
    everything = run_serially(study)
    assert [is_baseline(trial) for trial in everything] == [True, False, False]
    assert [trial.number for trial in study.get_trials()] == [1, 2]
    assert [trial.number for trial in study.trials] == [1, 2]


def test_the_best_trial_is_never_the_baseline(open_cheap):
    study = open_cheap()
    for role, value in (("baseline", 0.9), ("search", 0.5), ("search", 0.6)):
        study.add_trial(optuna.trial.create_trial(value=value, user_attrs={"role": role}))
        if role == "baseline":
            with pytest.raises(ValueError, match="no trial of the space"):
                assert study.best_trial
    assert (study.best_trial.number, study.best_value) == (2, 0.6)


def test_what_the_baseline_reaches_changes_no_trial(open_cheap, run_serially, cheap):
    class BadBaseline(cheap.CheapTrainer):
        def train(self, recipe, faces, run, on_epoch, on_step):
            if recipe.epochs == 5:
                recipe = recipe.with_values({"learning_rate": 10})
            return super().train(recipe, faces, run, on_epoch, on_step)

    good = run_serially(open_cheap(storage="good.journal"))
    bad = run_serially(open_cheap(storage="bad.journal"), BadBaseline(1))
    assert bad[0].value < good[0].value
    assert points(bad) == points(good)


def test_a_grid_visits_every_point_once_and_ends(open_cheap, run_serially):
    study = open_cheap(("startup = 3", 'kind = "grid"'), ("trials = 8", "trials = 100"), *STEPS)
    trials = run_serially(study)
    visited = [tuple(trial.params.values()) for trial in trials[1:]]
    assert len(visited) == len(set(visited)) == grid_size(study.definition.space) == 6


CONDITIONAL = (
    FIXED_DROPOUT,
    'optimiser = { kind = "categorical", choices = ["adam", "sgd"] }\n'
    'dropout = { kind = "float", low = 0.0, high = 0.5, when = { optimiser = ["sgd"] } }',
)


@pytest.mark.parametrize("kind", ["tpe", "cmaes", "qmc", "random"])
def test_conditions_hold_with_every_sampler(open_cheap, run_serially, kind):
    lines = (("startup = 3", f'kind = "{kind}"'), CONDITIONAL, ("trials = 8", "trials = 16"))
    trials = run_serially(open_cheap(*lines))[1:]
    assert all(trial.state in (TrialState.COMPLETE, TrialState.PRUNED) for trial in trials)
    for trial in trials:
        assert ("dropout" in trial.params) == (trial.params["optimiser"] == "sgd")
    assert {trial.params["optimiser"] for trial in trials} == {"adam", "sgd"}


def test_seeds_of_neighbouring_trials_and_purposes_have_nothing_in_common():
    seeds = {
        derive_seed(study, trial, purpose)
        for study in range(5)
        for trial in range(50)
        for purpose in ("sampler", "recipe")
    }
    assert len(seeds) == 5 * 50 * 2
    assert all(0 <= seed < 2**31 for seed in seeds)


class Corner(SamplerSettings):
    """What a new sampler's file would hold."""

    kind: Literal["corner"]

    def build(self, space, study_seed, seed):
        return optuna.samplers.PartialFixedSampler(
            {"dropout": 0.25}, optuna.samplers.RandomSampler(seed=seed)
        )


def test_a_new_sampler_is_a_file_and_a_line(monkeypatch, open_cheap, run_serially):
    module = ModuleType("made_up_sampler")
    module.Corner = Corner
    monkeypatch.setitem(sys.modules, "made_up_sampler", module)
    monkeypatch.setitem(SAMPLERS.places, "corner", "made_up_sampler:Corner")
    study = open_cheap(("startup = 3", 'kind = "corner"'), ("trials = 8", "trials = 4"))
    assert load_definition(study.definition.dump(), "the storage") == study.definition
    trials = run_serially(study)
    assert [trial.params["dropout"] for trial in trials[1:]] == [0.25] * 3


def test_every_sampler_loads_and_knows_its_kind():
    assert [SAMPLERS.parse({"kind": kind}, "sampler").kind for kind in SAMPLERS] == list(SAMPLERS)

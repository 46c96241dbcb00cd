"""The space: what it takes, what it refuses, and how trials pick from it."""

import sys
from types import ModuleType
from typing import Literal

import optuna
import pytest
from optuna.trial import FixedTrial

from fer.errors import BadInput
from fer.recipe import Recipe
from search.config.space import ENTRIES, NOT_SEARCHABLE, Entry, parse_space

BASE = Recipe()


def space(**entries):
    return parse_space(entries, BASE, "s.toml")


def test_every_kind_of_entry_reaches_the_recipe():
    parsed = space(
        learning_rate={"kind": "float", "low": 1e-4, "high": 1e-2, "log": True},
        dropout={"kind": "float", "low": 0.0, "high": 0.5, "step": 0.1},
        batch_size={"kind": "int", "low": 32, "high": 256, "step": 32},
        activation={"kind": "categorical", "choices": ["relu", "mish"]},
    )
    point = {"learning_rate": 1e-3, "dropout": 0.3, "batch_size": 64, "activation": "mish"}
    assert parsed.suggest(FixedTrial(point), BASE) == point


def test_channel_widths_are_a_choice_like_any_other():
    widths = [[8, 16], [32, 64, 128]]
    parsed = space(widths={"kind": "categorical", "choices": widths})
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    picked = [parsed.suggest(study.ask(), BASE)["widths"] for _ in range(10)]
    assert sorted(set(map(tuple, picked))) == [(8, 16), (32, 64, 128)]
    stored = study.trials[0].params
    assert stored["widths"] in ("[8, 16]", "[32, 64, 128]")
    assert parsed.decode(stored) == {"widths": picked[0]}


CONDITIONAL = {
    "lr_sgd": {
        "key": "learning_rate",
        "kind": "float",
        "low": 0.01,
        "high": 0.5,
        "when": {"optimiser": ["sgd"]},
    },
    "lr_adam": {
        "key": "learning_rate",
        "kind": "float",
        "low": 1e-4,
        "high": 1e-2,
        "when": {"optimiser": ["adam", "adamw"]},
    },
    "optimiser": {"kind": "categorical", "choices": ["adam", "sgd"]},
}


def test_a_conditional_entry_is_sampled_only_where_its_condition_holds():
    parsed = space(**CONDITIONAL)
    assert parsed.conditional
    point = {"optimiser": "sgd", "lr_sgd": 0.1, "lr_adam": 0.001}
    assert parsed.suggest(FixedTrial(point), BASE) == {"optimiser": "sgd", "learning_rate": 0.1}
    point["optimiser"] = "adam"
    assert parsed.suggest(FixedTrial(point), BASE) == {"optimiser": "adam", "learning_rate": 0.001}


def test_a_space_survives_the_storage():
    parsed = space(**CONDITIONAL)
    assert parse_space(parsed.dump(), BASE, "again") == parsed


def dropout(**when):
    return {"kind": "float", "low": 0, "high": 0.5, "when": when}


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"dropout": dropout(optimiser=["sgd"])}, "the recipe has 'adam', not any of these"),
        (
            {
                "dropout": dropout(optimiser=["sgd"]),
                "optimiser": {"kind": "categorical", "choices": ["adam", "adamw"]},
            },
            "optimiser = ['sgd']: no trial sets any of these, so dropout would never be sampled",
        ),
        (
            {
                "dropout": dropout(batch_size=[512]),
                "batch_size": {"kind": "int", "low": 16, "high": 256},
            },
            "batch_size = [512]",
        ),
    ],
)
def test_an_entry_that_no_trial_could_sample_is_refused_in_one_line(entries, message):
    with pytest.raises(BadInput, match=r"^s\.toml: space\.dropout\.when: ") as refused:
        space(**entries)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_condition_may_hold_by_the_fixed_part():
    assert space(dropout=dropout(optimiser=["adam", "sgd"])).conditional
    momentum = {"kind": "categorical", "choices": ["sgd"], "when": {"activation": ["relu"]}}
    activation = {"kind": "categorical", "choices": ["relu", "mish"]}
    assert space(dropout=dropout(optimiser=["adam"]), optimiser=momentum, activation=activation)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"dropuot": {"kind": "float", "low": 0, "high": 0.5}}, "did you mean 'dropout'"),
        ({"dropout": {"kind": "flaot", "low": 0, "high": 0.5}}, "did you mean 'float'"),
        ({"dropout": {"kind": "float", "low": 0, "hihg": 0.5}}, "did you mean 'high'"),
        ({"dropout": {"kind": "float", "low": 0, "high": 1.5}}, "dropout = 1.5"),
        ({"dropout": {"kind": "float", "low": 0.5, "high": 0.1}}, "must be less than high"),
        ({"dropout": {"kind": "float", "low": 0, "high": 0.5, "log": True}}, "log needs low above"),
        ({"batch_size": {"kind": "float", "low": 8, "high": 64}}, 'use "int"'),
        ({"activation": {"kind": "categorical", "choices": ["rleu"]}}, "rleu"),
        ({"activation": {"kind": "categorical", "choices": ["relu", "relu"]}}, "twice"),
        ({"seed": {"kind": "int", "low": 0, "high": 9}}, "cannot be searched"),
        ({"dropout": 0.3}, "expected a table"),
        (
            {"dropout": {"kind": "float", "low": 0, "high": 0.5, "when": {"optimizer": ["sgd"]}}},
            "did you mean 'optimiser'",
        ),
        (
            {
                "one": {"key": "dropout", "kind": "float", "low": 0, "high": 0.5},
                "two": {"key": "dropout", "kind": "float", "low": 0, "high": 0.6},
            },
            "both set 'dropout'",
        ),
        (
            {
                "dropout": {
                    "kind": "float",
                    "low": 0,
                    "high": 0.5,
                    "when": {"activation": ["relu"]},
                },
                "activation": {
                    "kind": "categorical",
                    "choices": ["relu", "mish"],
                    "when": {"dropout": [0.1]},
                },
            },
            "circle",
        ),
    ],
)
def test_a_space_that_makes_no_recipe_is_refused_in_one_line(entries, message):
    with pytest.raises(BadInput, match=r"^s\.toml: space") as refused:
        space(**entries)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("key", sorted(set(Recipe.model_fields) - set(NOT_SEARCHABLE)))
def test_every_key_of_a_recipe_is_searched_by_one_line(key):
    value = BASE.model_dump(mode="json")[key]
    parsed = space(**{key: {"kind": "categorical", "choices": [value]}})
    trial = optuna.create_study().ask()
    assert parsed.suggest(trial, BASE) == {key: value}


class Powers(Entry):
    """What the file of a new kind of entry would hold."""

    kind: Literal["powers"]
    highest: int

    def distribution(self):
        return optuna.distributions.IntDistribution(0, self.highest)

    def suggest(self, trial, name):
        return self.decode(trial.suggest_int(name, 0, self.highest))

    def extremes(self):
        return [1, 2**self.highest]

    def contains(self, value):
        return value in [2**power for power in range(self.highest + 1)]

    def decode(self, stored):
        return 2**stored


def test_a_new_kind_of_entry_is_a_file_and_a_line(monkeypatch):
    module = ModuleType("made_up_entry")
    module.Powers = Powers
    monkeypatch.setitem(sys.modules, "made_up_entry", module)
    monkeypatch.setitem(ENTRIES.places, "powers", "made_up_entry:Powers")
    parsed = space(epochs={"kind": "powers", "highest": 5})
    assert parsed.suggest(FixedTrial({"epochs": 3}), BASE) == {"epochs": 8}
    assert parsed.decode({"epochs": 4}) == {"epochs": 16}
    assert parse_space(parsed.dump(), BASE, "the storage") == parsed

"""Entries with a list of values."""

from typing import Any, Literal

import optuna
from optuna.distributions import BaseDistribution
from pydantic import Field, model_validator

from search.config.space.entry import Choice, Entry, Scalar, label


class CategoricalEntry(Entry):
    """One of several values; lists, such as channel widths, are values too."""

    kind: Literal["categorical"]
    choices: list[Choice] = Field(min_length=1, description="the values; lists are values too")

    @model_validator(mode="after")
    def _no_repeats(self) -> "CategoricalEntry":
        if len(set(self._labels())) != len(self.choices):
            raise ValueError("choices must not name anything twice")
        return self

    def distribution(self) -> BaseDistribution:
        return optuna.distributions.CategoricalDistribution(self._labels())

    def suggest(self, trial: optuna.trial.BaseTrial, name: str) -> Choice:
        return self.decode(trial.suggest_categorical(name, self._labels()))

    def extremes(self) -> list[Choice]:
        return list(self.choices)

    def contains(self, value: Scalar) -> bool:
        return value in self.choices

    def grid(self) -> list[Any]:
        return self._labels()

    def decode(self, stored: Any) -> Choice:
        return self.choices[self._labels().index(stored)]

    def _labels(self) -> list[Scalar]:
        return [label(choice) for choice in self.choices]

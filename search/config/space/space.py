"""A validated space."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import optuna

from fer.recipe import Recipe
from search.config.space.entry import Entry


@dataclass(frozen=True)
class Space:
    """The entries of a study, by name, each after those that it depends on."""

    entries: dict[str, Entry]

    @property
    def conditional(self) -> bool:
        """Whether some entry is sampled only for some values of others."""
        return any(entry.when for entry in self.entries.values())

    def dump(self) -> dict[str, Any]:
        """The entries as JSON values; ``parse_space`` takes them back."""
        return {name: entry.model_dump(mode="json") for name, entry in self.entries.items()}

    def suggest(self, trial: optuna.trial.BaseTrial, base: Recipe) -> dict[str, Any]:
        """The recipe's keys that this trial varies, with their values.

        A trial that has its values already (a resumed one) gets them back.
        """
        fixed = base.model_dump(mode="json")
        values: dict[str, Any] = {}
        for name, entry in self.entries.items():
            current = fixed | values
            if all(current[key] in allowed for key, allowed in entry.when.items()):
                values |= entry.recipe_values(entry.suggest(trial, name))
        return values

    def decode(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The recipe's keys and values of a trial's stored parameters."""
        values: dict[str, Any] = {}
        for name, value in params.items():
            entry = self.entries[name]
            values |= entry.recipe_values(entry.decode(value))
        return values

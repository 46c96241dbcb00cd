"""What every entry of a space is: a table of a study file, and how a trial samples its value."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from pydantic import BaseModel, ConfigDict, Field

Scalar = bool | int | float | str
Choice = Scalar | list[Scalar]


class Entry(BaseModel, ABC):
    """One entry of ``[space]``. Subclasses name their ``kind`` and add their keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    key: str = Field("", description="of the recipe; the entry's name if left out")
    when: dict[str, list[Scalar]] = Field(
        default_factory=dict, description="sampled only where these keys have one of these values"
    )

    @abstractmethod
    def distribution(self) -> BaseDistribution:
        """What Optuna samples from."""

    @abstractmethod
    def suggest(self, trial: optuna.trial.BaseTrial, name: str) -> Choice:
        """Sample the recipe's value; a trial that has one already returns it."""

    @abstractmethod
    def extremes(self) -> Sequence[Choice]:
        """The values that a recipe must accept for all values to be valid."""

    @abstractmethod
    def contains(self, value: Scalar) -> bool:
        """Whether a trial can sample the value."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the recipe that it sets."""
        return (self.key,)

    def recipe_values(self, value: Choice) -> Mapping[str, Any]:
        """The recipe's keys and values of a sampled value."""
        return {self.key: value}

    def grid(self) -> list[Any] | None:
        """Every value as Optuna stores it, for a grid; None if there are infinitely many."""
        return None

    def decode(self, stored: Any) -> Choice:
        """The recipe's value for a parameter as Optuna stores it."""
        value: Choice = stored
        return value


def label(choice: Choice) -> Scalar:
    """The scalar that represents a choice in the storage: Optuna takes no lists."""
    return json.dumps(choice) if isinstance(choice, list) else choice

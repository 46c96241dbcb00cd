"""Entries with named variants: each sets several keys of the recipe at once."""

from collections.abc import Mapping
from typing import Any, Literal

import optuna
from optuna.distributions import BaseDistribution
from pydantic import BaseModel, ConfigDict, Field, model_validator

from fer.errors import BadInput
from fer.recipe import Recipe
from search.config.space.entry import Choice, Entry, Scalar

Claim = Literal["better", "worse", ""]
"""What was claimed of a variant against another one; empty where nothing was."""


class Variant(BaseModel):
    """A recipe by the keys in which it differs from the study's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    set: dict[str, Choice] = Field(description="keys of the recipe and their values")
    against: dict[str, Claim] = Field(
        default_factory=dict,
        description="the variants that the report compares it with, and what was claimed of it",
    )


class VariantsEntry(Entry):
    """One of several named variants, as for an ablation; the only entry of its space."""

    kind: Literal["variants"]
    variants: dict[str, Variant] = Field(
        min_length=2, description="tables with `set`, and perhaps `against`, by name"
    )

    @model_validator(mode="after")
    def _names_variants(self) -> "VariantsEntry":
        if self.when:
            raise ValueError("variants take no `when`")
        for name, variant in self.variants.items():
            for other in variant.against:
                if other == name or other not in self.variants:
                    raise ValueError(f"variants.{name}.against names {other}: no other variant")
        return self

    def check(self, base: Recipe, where: str) -> None:
        """Refuse two variants that are one recipe.

        Raises:
            BadInput: there are such.
        """
        recipes: dict[Recipe, str] = {}
        for name, variant in self.variants.items():
            recipe = base.with_values(variant.set, where)
            if recipe in recipes:
                raise BadInput(
                    f"{where}.variants.{name}: is the same recipe as {recipes[recipe]}: leave out "
                    f"one of the two"
                )
            recipes[recipe] = name

    @property
    def keys(self) -> tuple[str, ...]:
        sets = (variant.set for variant in self.variants.values())
        return tuple(dict.fromkeys(key for values in sets for key in values))

    def recipe_values(self, value: Choice) -> Mapping[str, Any]:
        return self.variants[str(value)].set

    def distribution(self) -> BaseDistribution:
        return optuna.distributions.CategoricalDistribution(list(self.variants))

    def suggest(self, trial: optuna.trial.BaseTrial, name: str) -> Choice:
        return trial.suggest_categorical(name, list(self.variants))

    def extremes(self) -> list[Choice]:
        return list(self.variants)

    def contains(self, value: Scalar) -> bool:
        return value in self.variants

    def grid(self) -> list[Any]:
        return list(self.variants)

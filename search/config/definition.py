"""A study's definition: all that decides what its trials are, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fer.recipe import Recipe
from fer.validation import parse
from search.config.objective import Objective
from search.config.pruners import PRUNERS, PrunerSettings
from search.config.rounds import Rounds
from search.config.samplers import SAMPLERS, SamplerSettings
from search.config.seeds import derive_seed
from search.config.space import Space, parse_space


@dataclass(frozen=True)
class Definition:
    """All that decides what a study's trials are.

    Attributes:
        recipe: the fixed part; a trial replaces the keys of the space and the seed.
        baseline: trial 0, on the same held-out faces as all others.
        baseline_cut: whether the study file cuts the baseline's epochs; tables then say so.
        rounds: the screen and the race; None where all trials are trained alike.
        objective: the runs of each trial, whose mean accuracy is the trial's.
    """

    name: str
    seed: int
    recipe: Recipe
    baseline: Recipe
    baseline_cut: bool
    space: Space
    sampler: SamplerSettings
    pruner: PrunerSettings
    rounds: Rounds | None = None
    objective: Objective = field(default_factory=Objective)

    @property
    def trial_epochs(self) -> int:
        """The epochs of a trial of the space: those of the screen where there are rounds."""
        return self.rounds.screen.epochs if self.rounds else self.recipe.epochs

    def trial_recipe(self, values: Mapping[str, Any], number: int) -> Recipe:
        """The recipe of a trial of the space, with a seed of its own."""
        changes = {"seed": derive_seed(self.seed, number, "recipe")}
        if self.rounds:
            changes["epochs"] = self.rounds.screen.epochs
        return self.recipe.with_values({**values, **changes}, f"{self.name}: trial {number}")

    def baseline_recipe(self, number: int) -> Recipe:
        """The baseline's recipe, with a seed of its own; with rounds, its first run in the race."""
        if self.rounds:
            return self.baseline_race_recipe(0)
        return self.baseline.with_values({"seed": derive_seed(self.seed, number, "recipe")})

    def audits(self, number: int) -> bool:
        """Whether a trial runs on if the pruner would stop it: decided before it starts."""
        return derive_seed(self.seed, number, "audit") < self.pruner.audit * 2**31

    def repeat_recipe(self, recipe: Recipe, number: int, pair: int) -> Recipe:
        """A recipe for trial ``number``, which repeats it on the fold of a pair."""
        seed = derive_seed(self.seed, number, "recipe")
        split_seed = self.split_seed(self.objective.fold(pair))
        return recipe.with_values({"seed": seed, "split_seed": split_seed})

    def split_seed(self, fold: int) -> int:
        """The split of a fold, the same for all trials; fold 0 is the recipe's own."""
        return derive_seed(self.seed, fold, "fold") if fold else self.recipe.split_seed

    def race_recipe(self, screened: Recipe, pair: int) -> Recipe:
        """The recipe of a screened trial for its run of a pair in the race, with all epochs."""
        return screened.with_values({"epochs": self.recipe.epochs, **self._race_seeds(pair)})

    def baseline_race_recipe(self, pair: int) -> Recipe:
        """The baseline's recipe for its run of a pair in the race."""
        return self.baseline.with_values(self._race_seeds(pair))

    @property
    def race_splits(self) -> tuple[int, ...]:
        """The split of each fold of the race; empty without rounds."""
        if self.rounds is None:
            return ()
        pairs = range(0, self.rounds.race.runs, self.rounds.race.seeds)
        return tuple(self._race_seeds(pair)["split_seed"] for pair in pairs)

    def _race_seeds(self, pair: int) -> dict[str, int]:
        """Split and seed of a pair: all recipes share them, and no trial of the screen has them."""
        assert self.rounds is not None, "there is no race without rounds"
        fold = self.rounds.race.fold(pair)
        return {
            "split_seed": derive_seed(self.seed, fold, "race fold"),
            "seed": derive_seed(self.seed, pair, "race seed"),
        }

    def dump(self) -> dict[str, Any]:
        """The definition as JSON values, for the storage."""
        rounds = {"rounds": self.rounds.model_dump(mode="json")} if self.rounds else {}
        objective = {"objective": self.objective.model_dump(mode="json")}
        return {
            "name": self.name,
            "seed": self.seed,
            "recipe": self.recipe.model_dump(mode="json"),
            "baseline": self.baseline.model_dump(mode="json"),
            "baseline_cut": self.baseline_cut,
            "space": self.space.dump(),
            "sampler": self.sampler.model_dump(mode="json"),
            "pruner": self.pruner.model_dump(mode="json"),
            **rounds,
            **(objective if self.objective.runs > 1 else {}),
        }

    def differences(self, other: "Definition") -> list[str]:
        """The names of the parts that differ."""
        return [name for name in vars(self) if getattr(self, name) != getattr(other, name)]


def load_definition(dumped: Mapping[str, Any], origin: str) -> Definition:
    """A definition from what ``dump`` stored."""
    recipe = parse(Recipe, dumped["recipe"], f"{origin}: recipe")
    rounds = dumped.get("rounds")
    return Definition(
        name=dumped["name"],
        seed=dumped["seed"],
        recipe=recipe,
        baseline=parse(Recipe, dumped["baseline"], f"{origin}: baseline"),
        baseline_cut=dumped["baseline_cut"],
        space=parse_space(dumped["space"], recipe, origin),
        sampler=SAMPLERS.parse(dumped["sampler"], f"{origin}: sampler"),
        pruner=PRUNERS.parse(dumped["pruner"], f"{origin}: pruner"),
        rounds=None if rounds is None else parse(Rounds, rounds, f"{origin}: rounds"),
        objective=parse(Objective, dumped.get("objective", {}), f"{origin}: objective"),
    )

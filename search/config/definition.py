"""A study's definition: what its TOML file says, resolved once into one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from fer.errors import BadInput
from fer.recipe import Recipe, is_path, load_recipe
from fer.validation import nearest, parse, read_toml
from search.config.pruners import PRUNERS, PrunerSettings, check_pruner
from search.config.samplers import SAMPLERS, SamplerSettings, check_sampler, derive_seed
from search.config.space import Space, parse_space

M = TypeVar("M", bound=BaseModel)


class Budget(BaseModel):
    """Totals over all starts of a study."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    trials: Annotated[int, Field(ge=1)] | None = Field(None, description="trial 0 included")
    hours: Annotated[float, Field(gt=0)] | None = Field(
        None, description="wall-clock time while it runs"
    )
    epochs: Annotated[int, Field(ge=1)] | None = Field(None, description="of all trials together")


class Stop(BaseModel):
    """When to stop before the budget is spent."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    target: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None, description="stop at this validation accuracy"
    )
    patience: Annotated[int, Field(ge=1)] | None = Field(
        None, description="stop after so many ended trials without a better one"
    )


class Limits(BaseModel):
    """When a study ends. Unlike its definition, this may change between starts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    budget: Budget = Budget()
    stop: Stop = Stop()


class _StudyFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
        max_length=100,
        description="letters, digits, `_`, `.` and `-`; at most 100",
    )
    recipe: str = Field(description="of all trials: a TOML file, or the name of one that ships")
    seed: int = Field(0, ge=0, lt=2**31, description="of the sampler and of all trials")
    baseline: str = Field("published", description="recipe of trial 0")
    baseline_epochs: int | None = Field(None, ge=1, description="trains the baseline for fewer")
    fixed: dict[str, Any] = Field(
        default_factory=dict, description="keys that replace the recipe's"
    )
    space: dict[str, Any] = Field(min_length=1, description="keys that are searched")
    sampler: dict[str, Any] = Field(default_factory=dict, description="`kind` and its keys")
    pruner: dict[str, Any] = Field(default_factory=dict, description="`kind` and its keys")
    budget: Budget = Budget()
    stop: Stop = Stop()


@dataclass(frozen=True)
class Definition:
    """All that decides what a study's trials are.

    Attributes:
        recipe: the fixed part; a trial replaces the keys of the space and the seed.
        baseline: trial 0, on the same held-out faces as all others.
        baseline_cut: whether the study file cuts the baseline's epochs; tables then say so.
    """

    name: str
    seed: int
    recipe: Recipe
    baseline: Recipe
    baseline_cut: bool
    space: Space
    sampler: SamplerSettings
    pruner: PrunerSettings

    def trial_recipe(self, values: Mapping[str, Any], number: int) -> Recipe:
        """The recipe of a trial of the space, with a seed of its own."""
        seed = derive_seed(self.seed, number, "recipe")
        return self.recipe.with_values({**values, "seed": seed}, f"{self.name}: trial {number}")

    def baseline_recipe(self, number: int) -> Recipe:
        """The baseline's recipe, with a seed of its own."""
        return self.baseline.with_values({"seed": derive_seed(self.seed, number, "recipe")})

    def dump(self) -> dict[str, Any]:
        """The definition as JSON values, for the storage."""
        return {
            "name": self.name,
            "seed": self.seed,
            "recipe": self.recipe.model_dump(mode="json"),
            "baseline": self.baseline.model_dump(mode="json"),
            "baseline_cut": self.baseline_cut,
            "space": self.space.dump(),
            "sampler": self.sampler.model_dump(mode="json"),
            "pruner": self.pruner.model_dump(mode="json"),
        }

    def differences(self, other: "Definition") -> list[str]:
        """The names of the parts that differ."""
        return [name for name in vars(self) if getattr(self, name) != getattr(other, name)]


def load_definition(dumped: Mapping[str, Any], origin: str) -> Definition:
    """A definition from what ``dump`` stored."""
    recipe = parse(Recipe, dumped["recipe"], f"{origin}: recipe")
    return Definition(
        name=dumped["name"],
        seed=dumped["seed"],
        recipe=recipe,
        baseline=parse(Recipe, dumped["baseline"], f"{origin}: baseline"),
        baseline_cut=dumped["baseline_cut"],
        space=parse_space(dumped["space"], recipe, origin),
        sampler=_by_kind(SAMPLERS, dumped["sampler"], f"{origin}: sampler"),
        pruner=_by_kind(PRUNERS, dumped["pruner"], f"{origin}: pruner"),
    )


def read_study(path: Path) -> tuple[Definition, Limits]:
    """Read a study's TOML file.

    Raises:
        BadInput: not TOML, an unknown key, a value out of range, or no budget at all.
    """
    origin = str(path)
    file = parse(_StudyFile, read_toml(path), origin)
    if file.budget == Budget():
        raise BadInput(f"{origin}: budget: expected at least one of trials, hours and epochs")
    recipe = _recipe(file.recipe, path).with_values(file.fixed, f"{origin}: fixed")
    if recipe.validation == 0:
        raise BadInput(f"{origin}: validation = 0.0: a study needs held-out faces to choose by")
    shared = {key: getattr(recipe, key) for key in ("validation", "split_seed", "classes")}
    cut = {} if file.baseline_epochs is None else {"epochs": file.baseline_epochs}
    published = _recipe(file.baseline, path)
    if file.baseline_epochs is not None and file.baseline_epochs >= published.epochs:
        raise BadInput(
            f"{origin}: baseline_epochs = {file.baseline_epochs}: expected fewer than the "
            f"{published.epochs} of {file.baseline}, or leave it out"
        )
    baseline = published.with_values(shared | cut, f"{origin}: baseline")
    space = parse_space(file.space, recipe, origin)
    sampler = _by_kind(SAMPLERS, {"kind": "tpe"} | file.sampler, f"{origin}: sampler")
    check_sampler(sampler, space, origin)
    pruner = _by_kind(PRUNERS, {"kind": "none"} | file.pruner, f"{origin}: pruner")
    check_pruner(pruner, recipe.epochs, origin)
    definition = Definition(
        name=file.name,
        seed=file.seed,
        recipe=recipe,
        baseline=baseline,
        baseline_cut=bool(cut),
        space=space,
        sampler=sampler,
        pruner=pruner,
    )
    return definition, Limits(budget=file.budget, stop=file.stop)


def find_study_file(study: str) -> Path | None:
    """The TOML file that ``study`` means: a path, or the bare name of one that ships."""
    if is_path(study):
        return Path(study)
    shipped = Path(str(files("studies"))) / f"{study}.toml"
    return shipped if shipped.is_file() else None


def shipped_studies() -> list[str]:
    """The bare names of the studies that ship."""
    return sorted(path.stem for path in Path(str(files("studies"))).glob("*.toml"))


def _recipe(name: str, study: Path) -> Recipe:
    beside = study.parent / name
    return load_recipe(str(beside) if name.endswith(".toml") and beside.is_file() else name)


def _by_kind(kinds: Mapping[str, type[M]], table: Mapping[str, Any], origin: str) -> M:
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise BadInput(f"{origin}.kind = {kind!r}: {nearest(str(kind), list(kinds))}")
    return parse(kinds[kind], table, origin)

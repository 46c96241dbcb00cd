"""Study files: TOML, resolved once into a definition and its limits."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from fer.errors import BadInput
from fer.recipe import Recipe, is_path, load_recipe
from fer.validation import parse, read_toml
from search.config.definition import Definition
from search.config.limits import Budget, Stop, StudyLimits
from search.config.objective import Objective
from search.config.pruners import PRUNERS
from search.config.rounds import Rounds
from search.config.samplers import SAMPLERS
from search.config.space import parse_space


def _valid_name(name: str) -> str:
    # It is a folder's name, too.
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", name):
        raise ValueError(
            "must be 1 to 100 letters (a to z), digits, '_', '-' and '.', and begin with a letter, "
            "a digit or '_'"
        )
    return name


class StudyFile(BaseModel):
    """The keys of a study file."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Annotated[str, AfterValidator(_valid_name)] = Field(
        description="letters, digits, `_`, `.` and `-`; at most 100"
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
    rounds: Rounds | None = Field(
        None, description="a screen of short trials, and a race of the best ones"
    )
    objective: Objective = Objective()
    budget: Budget = Budget()
    stop: Stop = Stop()


def read_study(path: Path) -> tuple[Definition, StudyLimits]:
    """Read a study's TOML file.

    Raises:
        BadInput: not TOML, an unknown key, a value out of range, or no budget at all.
    """
    origin = str(path)
    file = parse(StudyFile, read_toml(path), origin)
    if file.budget == Budget() and not (file.rounds and file.rounds.screen.trials):
        raise BadInput(f"{origin}: budget: expected at least one of trials, hours and epochs")
    recipe = _recipe(file.recipe, path).with_values(file.fixed, f"{origin}: fixed")
    if recipe.validation == 0:
        raise BadInput(f"{origin}: validation = 0.0: a study needs held-out faces to choose by")
    space = parse_space(file.space, recipe, origin)
    if file.rounds:
        if file.objective.runs > 1:
            raise BadInput(
                f"{origin}: objective: cannot be used with rounds, whose race has folds and seeds "
                f"of its own: leave out one of the two tables"
            )
        file.rounds.check(recipe, space, file.budget, origin)
    sampler = SAMPLERS.parse({"kind": "tpe"} | file.sampler, f"{origin}: sampler")
    sampler.check(space, origin)
    pruner = PRUNERS.parse({"kind": "none"} | file.pruner, f"{origin}: pruner")
    epochs = file.rounds.screen.epochs if file.rounds else recipe.epochs
    pruner.check(epochs, file.objective.runs, origin)
    definition = Definition(
        name=file.name,
        seed=file.seed,
        recipe=recipe,
        baseline=_baseline(file, recipe, path),
        baseline_cut=file.baseline_epochs is not None,
        space=space,
        sampler=sampler,
        pruner=pruner,
        rounds=file.rounds,
        objective=file.objective,
    )
    return definition, StudyLimits(budget=file.budget, stop=file.stop)


def _baseline(file: StudyFile, recipe: Recipe, path: Path) -> Recipe:
    """The baseline's recipe, on the same held-out faces as the trials of the space."""
    baseline = _recipe(file.baseline, path)
    values = {key: getattr(recipe, key) for key in ("validation", "split_seed", "classes")}
    if file.baseline_epochs is not None:
        if file.baseline_epochs >= baseline.epochs:
            raise BadInput(
                f"{path}: baseline_epochs = {file.baseline_epochs}: must be fewer than the "
                f"{baseline.epochs} of {file.baseline}, or be left out"
            )
        values["epochs"] = file.baseline_epochs
    return baseline.with_values(values, f"{path}: baseline")


def _recipe(name: str, study: Path) -> Recipe:
    path = study.parent / name
    return load_recipe(str(path) if name.endswith(".toml") and path.is_file() else name)


def find_study_file(study: str) -> Path | None:
    """The TOML file that ``study`` means: a path, or the bare name of one that ships."""
    if is_path(study):
        return Path(study)
    shipped = Path(str(files("studies"))) / f"{study}.toml"
    return shipped if shipped.is_file() else None


def shipped_studies() -> list[str]:
    """The bare names of the studies that ship."""
    return sorted(path.stem for path in Path(str(files("studies"))).glob("*.toml"))


def stored_name(study: str) -> str:
    """The name in the storage of a study that a command line names by its file or its name."""
    path = find_study_file(study)
    return read_study(path)[0].name if path else study

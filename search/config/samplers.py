"""Samplers: their settings in a study file, and a wrapper that makes each trial's draw its own."""

import hashlib
import importlib.util
import warnings
from collections.abc import Sequence
from typing import Any, Literal

import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState
from pydantic import BaseModel, ConfigDict, Field

from fer.errors import BadInput
from search.config.space import CategoricalEntry, FloatEntry, Space, label
from search.storage.attributes import is_baseline


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Tpe(_Settings):
    kind: Literal["tpe"] = "tpe"
    startup: int = Field(10, ge=1, description="random trials before the model takes over")
    candidates: int = Field(24, ge=1, description="samples of which the model picks one")


class Gp(_Settings):
    kind: Literal["gp"]
    startup: int = Field(10, ge=1, description="random trials before the model takes over")


class CmaEs(_Settings):
    kind: Literal["cmaes"]
    startup: int = Field(1, ge=1, description="random trials before the model takes over")
    population: int | None = Field(None, ge=2, description="trials of a generation")


class Qmc(_Settings):
    kind: Literal["qmc"]
    sequence: Literal["sobol", "halton"] = Field("sobol", description="quasi-random sequence")


class Random(_Settings):
    kind: Literal["random"]


class Grid(_Settings):
    kind: Literal["grid"]


SamplerSettings = Tpe | Gp | CmaEs | Qmc | Random | Grid
SAMPLERS: dict[str, type[SamplerSettings]] = {
    "tpe": Tpe,
    "gp": Gp,
    "cmaes": CmaEs,
    "qmc": Qmc,
    "random": Random,
    "grid": Grid,
}


def derive_seed(study_seed: int, trial: int, purpose: str) -> int:
    """A seed in [0, 2**31) of its own for each trial and purpose."""
    digest = hashlib.sha256(f"{study_seed}/{trial}/{purpose}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def check_sampler(settings: SamplerSettings, space: Space, origin: str) -> None:
    """Refuse, before anything starts, a sampler that cannot serve the space.

    Raises:
        BadInput: a grid over a range without steps or with conditions, or CMA-ES without its
            library.
    """
    if isinstance(settings, CmaEs) and importlib.util.find_spec("cmaes") is None:
        raise BadInput(f"{origin}: sampler cmaes needs the package cmaes: pip install cmaes")
    if not isinstance(settings, Grid):
        return
    for name, entry in space.entries.items():
        if entry.when:
            raise BadInput(f"{origin}: space.{name}.when: the grid sampler takes no conditions")
        if isinstance(entry, FloatEntry) and entry.step is None:
            raise BadInput(f"{origin}: space.{name}: the grid sampler needs a step")


def grid_values(space: Space) -> dict[str, list[Any]]:
    """Every value of every entry, for the grid sampler."""
    grid: dict[str, list[Any]] = {}
    for name, entry in space.entries.items():
        if isinstance(entry, CategoricalEntry):
            grid[name] = [label(choice) for choice in entry.choices]
        else:
            count = int((entry.high - entry.low) / (entry.step or 1) + 1e-9) + 1
            grid[name] = [entry.low + index * (entry.step or 1) for index in range(count)]
    return grid


def grid_size(space: Space) -> int:
    """The number of points of the grid."""
    size = 1
    for values in grid_values(space).values():
        size *= len(values)
    return size


def build_sampler(
    settings: SamplerSettings, space: Space, study_seed: int, trial: int
) -> BaseSampler:
    """The sampler of one trial.

    Its seed derives from the study's and the trial's number, so that a study that is resumed
    draws what it would have drawn. Grid, QMC and CMA-ES keep the study's seed: their place in the
    sequence is in the storage.
    """
    seed = derive_seed(study_seed, trial, "sampler")
    independent = RandomSampler(seed=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        match settings:
            case Tpe():
                return optuna.samplers.TPESampler(
                    seed=seed,
                    n_startup_trials=settings.startup,
                    n_ei_candidates=settings.candidates,
                    group=space.conditional,
                )
            case Gp():
                return optuna.samplers.GPSampler(
                    seed=seed,
                    n_startup_trials=settings.startup,
                    independent_sampler=independent,
                    warn_independent_sampling=False,
                )
            case CmaEs():
                return optuna.samplers.CmaEsSampler(
                    seed=study_seed,
                    n_startup_trials=settings.startup,
                    popsize=settings.population,
                    independent_sampler=independent,
                    warn_independent_sampling=False,
                )
            case Qmc():
                return optuna.samplers.QMCSampler(
                    qmc_type=settings.sequence,
                    scramble=True,
                    seed=study_seed,
                    independent_sampler=independent,
                    warn_independent_sampling=False,
                )
            case Random():
                return independent
            case Grid():
                return optuna.samplers.GridSampler(grid_values(space), seed=study_seed)


class PerTrialSampler(BaseSampler):
    """Builds a fresh inner sampler for each trial, and always shows it ``study``.

    ``study`` leaves the baseline out (see ``search.storage.study``): a trial without parameters
    would empty the space that relative samplers infer, and its value would shift TPE's split.
    Hyperband would pass a study of its own, with the baseline, and one bracket of the others only.
    """

    def __init__(self, study: Study, settings: SamplerSettings, space: Space, seed: int) -> None:
        self._study = study
        self._settings = settings
        self._space = space
        self._seed = seed
        self._number: int | None = None
        self._inner: BaseSampler = RandomSampler(seed=seed)

    def _of(self, trial: FrozenTrial) -> BaseSampler:
        if self._number != trial.number:
            self._inner = build_sampler(self._settings, self._space, self._seed, trial.number)
            self._number = trial.number
        return self._inner

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        self._number = None
        if not is_baseline(trial):  # a grid would spend a point on it
            self._of(trial).before_trial(self._study, trial)

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        return self._of(trial).infer_relative_search_space(self._study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return self._of(trial).sample_relative(self._study, trial, search_space)

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        return self._of(trial).sample_independent(
            self._study, trial, param_name, param_distribution
        )

    def after_trial(
        self,
        study: Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        # A failed trial is no result, and its process may not have what the sampler needs.
        if not is_baseline(trial) and state != TrialState.FAIL:
            self._of(trial).after_trial(self._study, trial, state, values)

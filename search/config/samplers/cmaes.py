"""CMA-ES (Hansen, 2016, https://arxiv.org/abs/1604.00772); its state is in the storage."""

import importlib.util
from typing import Literal

from optuna.samplers import BaseSampler, CmaEsSampler, RandomSampler
from pydantic import Field

from fer.errors import BadInput
from search.config.samplers.base import SamplerSettings
from search.config.space import Space


class CmaEs(SamplerSettings):
    """Evolution of a normal distribution; best for many trials of numeric keys."""

    kind: Literal["cmaes"]
    startup: int = Field(1, ge=1, description="random trials before the model takes over")
    population: int | None = Field(None, ge=2, description="trials of a generation")

    def build(self, space: Space, study_seed: int, seed: int) -> BaseSampler:
        return CmaEsSampler(
            seed=study_seed,
            n_startup_trials=self.startup,
            popsize=self.population,
            independent_sampler=RandomSampler(seed=seed),
            warn_independent_sampling=False,
        )

    def check(self, space: Space, origin: str) -> None:
        if importlib.util.find_spec("cmaes") is None:
            raise BadInput(f"{origin}: sampler cmaes needs the package cmaes: pip install cmaes")

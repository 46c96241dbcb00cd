"""Bayesian optimisation with a Gaussian process."""

from typing import Literal

from optuna.samplers import BaseSampler, GPSampler, RandomSampler
from pydantic import Field

from search.config.samplers.base import SamplerSettings
from search.config.space import Space


class Gp(SamplerSettings):
    """Best for few trials that take long."""

    kind: Literal["gp"]
    startup: int = Field(10, ge=1, description="random trials before the model takes over")

    def build(self, space: Space, study_seed: int, seed: int) -> BaseSampler:
        return GPSampler(
            seed=seed,
            n_startup_trials=self.startup,
            independent_sampler=RandomSampler(seed=seed),
            warn_independent_sampling=False,
        )

"""Quasi-random sequences; the place in the sequence is in the storage."""

from typing import Literal

from optuna.samplers import BaseSampler, QMCSampler, RandomSampler
from pydantic import Field

from search.config.samplers.base import SamplerSettings
from search.config.space import Space


class Qmc(SamplerSettings):
    """Covers a space more evenly than random sampling."""

    kind: Literal["qmc"]
    sequence: Literal["sobol", "halton"] = Field("sobol", description="quasi-random sequence")

    def build(self, space: Space, study_seed: int, seed: int) -> BaseSampler:
        return QMCSampler(
            qmc_type=self.sequence,
            scramble=True,
            seed=study_seed,
            independent_sampler=RandomSampler(seed=seed),
            warn_independent_sampling=False,
        )

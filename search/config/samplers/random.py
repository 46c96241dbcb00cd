"""Independent uniform samples."""

from typing import Literal

from optuna.samplers import BaseSampler, RandomSampler

from search.config.samplers.base import SamplerSettings
from search.config.space import Space


class Random(SamplerSettings):
    """Random search."""

    kind: Literal["random"]

    def build(self, space: Space, study_seed: int, seed: int) -> BaseSampler:
        return RandomSampler(seed=seed)

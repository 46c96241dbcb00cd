"""Tree-structured Parzen estimators (Bergstra et al., 2011), multivariate and parallel."""

from typing import Literal

from optuna.samplers import BaseSampler, TPESampler
from pydantic import Field

from search.config.samplers.base import SamplerSettings
from search.config.space import Space


class Tpe(SamplerSettings):
    """Optuna's default."""

    kind: Literal["tpe"] = "tpe"
    startup: int = Field(10, ge=1, description="random trials before the model takes over")
    candidates: int = Field(24, ge=1, description="samples of which the model picks one")

    def build(self, space: Space, study_seed: int, seed: int) -> BaseSampler:
        return TPESampler(
            seed=seed,
            n_startup_trials=self.startup,
            n_ei_candidates=self.candidates,
            group=space.conditional,
        )

"""Hyperband (Li et al., 2018, https://arxiv.org/abs/1603.06560), asynchronous as in Optuna."""

from collections.abc import Sequence
from typing import Literal

from optuna.pruners import BasePruner, HyperbandPruner
from pydantic import Field

from fer.errors import BadInput
from search.config.pruners.base import PrunerSettings
from search.config.pruners.between_runs import not_among_best
from search.config.pruners.successive_halving import halving_rungs


class Hyperband(PrunerSettings):
    """Successive halving in several brackets, whose first rungs differ."""

    kind: Literal["hyperband"]
    min_resource: int = Field(1, ge=1, description="epochs of the first rung")
    max_resource: int | None = Field(None, ge=1, description="the recipe's epochs if left out")
    reduction: int = Field(3, ge=2, description="reduction factor between rungs")
    bootstrap: int = Field(0, ge=0, description="trials that must reach a rung before it prunes")

    def build(self, epochs: int) -> BasePruner:
        return HyperbandPruner(
            self.min_resource, self.max_resource or epochs, self.reduction, self.bootstrap
        )

    def stops(self, runs: Sequence[float], others: Sequence[Sequence[float]], total: int) -> bool:
        return not_among_best(runs, others, self.reduction, self.bootstrap)

    def rule(self) -> str:
        return f"hyperband keeps the best 1 in {self.reduction} of its bracket at each rung"

    def rungs(self, epochs: int) -> tuple[int, ...]:
        return halving_rungs(self.min_resource, self.reduction, epochs)

    def check(self, epochs: int, runs: int, origin: str) -> None:
        last = self.max_resource or epochs
        if self.min_resource > last:
            limit = "max_resource" if self.max_resource else "the recipe's epochs"
            raise BadInput(
                f"{origin}: pruner.min_resource = {self.min_resource}: must be at most {limit}, "
                f"{last}"
            )

"""Asynchronous successive halving (Li et al., 2020, https://arxiv.org/abs/1810.05934)."""

from collections.abc import Sequence
from typing import Literal

from optuna.pruners import BasePruner, SuccessiveHalvingPruner
from pydantic import Field

from search.config.pruners.base import PrunerSettings
from search.config.pruners.between_runs import not_among_best


class SuccessiveHalving(PrunerSettings):
    """Ends, at each rung, all trials but the best one in ``reduction``."""

    kind: Literal["successive_halving"]
    min_resource: int = Field(1, ge=1, description="epochs of the first rung")
    reduction: int = Field(4, ge=2, description="reduction factor between rungs")
    bootstrap: int = Field(0, ge=0, description="trials that must reach a rung before it prunes")

    def build(self, epochs: int) -> BasePruner:
        return SuccessiveHalvingPruner(
            self.min_resource,
            self.reduction,
            min_early_stopping_rate=0,
            bootstrap_count=self.bootstrap,
        )

    def stops(self, runs: Sequence[float], others: Sequence[Sequence[float]], total: int) -> bool:
        return not_among_best(runs, others, self.reduction, self.bootstrap)

    def rule(self) -> str:
        return f"successive halving keeps the best 1 in {self.reduction} at each rung"

    def rungs(self, epochs: int) -> tuple[int, ...]:
        return halving_rungs(self.min_resource, self.reduction, epochs)


def halving_rungs(first: int, reduction: int, epochs: int) -> tuple[int, ...]:
    """The rungs below ``epochs``: the first one, and each ``reduction`` times the one before."""
    rungs = []
    while first < epochs:
        rungs.append(first)
        first *= reduction
    return tuple(rungs)

"""The median rule with another share of trials than half."""

from collections.abc import Sequence
from typing import Literal

from optuna.pruners import BasePruner, PercentilePruner
from pydantic import Field

from search.config.pruners.base import PrunerSettings
from search.config.pruners.between_runs import below_percentile
from search.config.pruners.median import checked_epochs


class Percentile(PrunerSettings):
    """Ends a trial that is not among the best per cent of the earlier trials."""

    kind: Literal["percentile"]
    percentile: float = Field(25.0, ge=0, le=100, description="per cent of trials that are kept")
    startup: int = Field(5, ge=0, description="complete trials before any is pruned")
    warmup: int = Field(0, ge=0, description="epochs of a trial before it can be pruned")
    interval: int = Field(1, ge=1, description="epochs between checks")

    def build(self, epochs: int) -> BasePruner:
        return PercentilePruner(self.percentile, self.startup, self.warmup, self.interval)

    def stops(self, runs: Sequence[float], others: Sequence[Sequence[float]], total: int) -> bool:
        return below_percentile(runs, others, 100 - self.percentile, self.startup)

    def rule(self) -> str:
        return f"the percentile pruner keeps the best {self.percentile:g} % of the trials"

    def rungs(self, epochs: int) -> tuple[int, ...]:
        return checked_epochs(self.warmup, self.interval, epochs)

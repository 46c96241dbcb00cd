"""The median rule (Golovin et al., 2017, https://doi.org/10.1145/3097983.3098043)."""

from collections.abc import Sequence
from typing import Literal

from optuna.pruners import BasePruner, MedianPruner
from pydantic import Field

from search.config.pruners.base import PrunerSettings
from search.config.pruners.between_runs import below_percentile


class Median(PrunerSettings):
    """Ends a trial whose best accuracy so far is below the median of the earlier trials."""

    kind: Literal["median"]
    startup: int = Field(5, ge=0, description="complete trials before any is pruned")
    warmup: int = Field(0, ge=0, description="epochs of a trial before it can be pruned")
    interval: int = Field(1, ge=1, description="epochs between checks")

    def build(self, epochs: int) -> BasePruner:
        return MedianPruner(self.startup, self.warmup, self.interval)

    def stops(self, runs: Sequence[float], others: Sequence[Sequence[float]], total: int) -> bool:
        return below_percentile(runs, others, 50, self.startup)

    def rule(self) -> str:
        return "the median pruner stops what is below the median of the trials before it"

    def rungs(self, epochs: int) -> tuple[int, ...]:
        return checked_epochs(self.warmup, self.interval, epochs)


def checked_epochs(warmup: int, interval: int, epochs: int) -> tuple[int, ...]:
    """The epochs after which Optuna's percentile rule checks a trial: the first one after the
    warm-up, then one in ``interval``."""
    return tuple(sorted({max(1, epoch) for epoch in range(warmup, epochs, interval)} - {epochs}))

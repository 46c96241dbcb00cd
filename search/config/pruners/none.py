"""No pruner: every trial runs to its end."""

from typing import Literal

from optuna.pruners import BasePruner, NopPruner

from search.config.pruners.base import PrunerSettings


class NoPruner(PrunerSettings):
    """Ends no trial."""

    kind: Literal["none"] = "none"

    def build(self, epochs: int) -> BasePruner:
        return NopPruner()

    def rule(self) -> str:
        return "by hand, as the study has no pruner"

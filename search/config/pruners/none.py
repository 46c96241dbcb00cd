"""No pruner: every trial runs to its end."""

from typing import Literal

from optuna.pruners import BasePruner, NopPruner

from fer.errors import BadInput
from search.config.pruners.base import PrunerSettings


class NoPruner(PrunerSettings):
    """Ends no trial."""

    kind: Literal["none"] = "none"

    def build(self, epochs: int) -> BasePruner:
        return NopPruner()

    def rule(self) -> str:
        return "by hand, as the study has no pruner"

    def rungs(self, epochs: int) -> tuple[int, ...]:
        return ()

    def check(self, epochs: int, runs: int, origin: str) -> None:
        if self.audit:
            raise BadInput(
                f"{origin}: pruner.audit = {self.audit:g}: must be 0 without a pruner, as no trial "
                "is stopped: set pruner.kind, or leave audit out"
            )

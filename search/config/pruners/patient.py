"""Early stopping: end a trial that no longer improves."""

from typing import Literal

from optuna.pruners import BasePruner, PatientPruner
from pydantic import Field

from fer.wording import counted
from search.config.pruners.base import PrunerSettings


class Patient(PrunerSettings):
    """Ends a trial whose best accuracy lies more than ``patience`` epochs back."""

    kind: Literal["patient"]
    patience: int = Field(5, ge=0, description="epochs below an earlier best")
    min_delta: float = Field(0.0, ge=0, description="decrease in accuracy that is tolerated")

    def build(self, epochs: int) -> BasePruner:
        return PatientPruner(None, self.patience, self.min_delta)

    def rule(self) -> str:
        epochs = counted(self.patience, "epoch")
        return f"the patient pruner stops what has not improved for {epochs}"

    def rungs(self, epochs: int) -> tuple[int, ...]:
        return tuple(range(self.patience + 2, epochs))

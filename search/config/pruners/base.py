"""What every pruner's settings are: a table of a study file, and how to build the pruner."""

import warnings
from abc import ABC, abstractmethod

import optuna
from optuna.pruners import BasePruner
from pydantic import BaseModel, ConfigDict, Field


class PrunerSettings(BaseModel, ABC):
    """The settings of one kind of pruner. Subclasses name their ``kind`` and add their keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: str
    audit: float = Field(
        0.0, ge=0, le=0.5, description="share of stopped trials that run on, to check the pruner"
    )

    @abstractmethod
    def build(self, epochs: int) -> BasePruner:
        """The pruner of a study whose trials run for at most ``epochs``."""

    @abstractmethod
    def rule(self) -> str:
        """Why it ends a trial, as the end of the sentence ``It was pruned at epoch 3: …``."""

    def rungs(self, epochs: int) -> tuple[int, ...]:
        """The epochs after which it may stop a trial of so many."""
        return tuple(range(1, epochs))

    def check(self, epochs: int, origin: str) -> None:
        """Refuse, before anything starts, settings that do not fit trials of so many epochs.

        Raises:
            BadInput: they do not.
        """


def build_pruner(settings: PrunerSettings, epochs: int) -> BasePruner:
    """The pruner of a study whose trials run for at most ``epochs``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return settings.build(epochs)

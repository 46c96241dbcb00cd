"""What every pruner's settings are: a table of a study file, and how to build the pruner."""

import warnings
from abc import ABC, abstractmethod
from collections.abc import Sequence

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

    def stops(self, runs: Sequence[float], others: Sequence[Sequence[float]], total: int) -> bool:
        """Whether a trial ends after some of its runs, where the objective is a mean over several.

        Unless a subclass says otherwise, it does not.

        Args:
            runs: the accuracies of the trial's runs so far, in the order of the pairs of a fold
                and a seed; fewer than ``total``.
            others: the same of the other trials of the space, which may have fewer or more.
            total: the runs of a complete trial.
        """
        return False

    def check(self, epochs: int, runs: int, origin: str) -> None:
        """Refuse, before anything starts, settings that do not fit the trials.

        Args:
            epochs, runs: of a trial: the epochs of each run, and the runs of the objective.

        Raises:
            BadInput: they do not.
        """


def build_pruner(settings: PrunerSettings, epochs: int) -> BasePruner:
    """The pruner of a study whose trials run for at most ``epochs``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return settings.build(epochs)

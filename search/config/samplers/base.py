"""What every sampler's settings are: a table of a study file, and how to build the sampler."""

import warnings
from abc import ABC, abstractmethod
from collections.abc import Sequence

import optuna
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial
from pydantic import BaseModel, ConfigDict

from search.config.seeds import derive_seed
from search.config.space import Space


class SamplerSettings(BaseModel, ABC):
    """The settings of one kind of sampler. Subclasses name their ``kind`` and add their keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: str

    @abstractmethod
    def build(self, space: Space, study_seed: int, seed: int) -> BaseSampler:
        """The sampler of one trial.

        Args:
            study_seed: the same for all trials, for samplers whose place in a sequence is in the
                storage.
            seed: the trial's own, for all others.
        """

    def check(self, space: Space, origin: str) -> None:
        """Refuse, before anything starts, a space that it cannot sample from.

        Raises:
            BadInput: it cannot.
        """

    def exhausted(self, space: Space, trials: Sequence[FrozenTrial]) -> str | None:
        """Why it has nothing more to suggest after the given trials of the space, or None."""
        return None


def build_sampler(
    settings: SamplerSettings, space: Space, study_seed: int, trial: int
) -> BaseSampler:
    """The sampler of the trial of a number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return settings.build(space, study_seed, derive_seed(study_seed, trial, "sampler"))

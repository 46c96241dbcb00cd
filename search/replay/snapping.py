"""A sampler that suggests only recipes of a table."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from search.replay.coordinates import Coordinates
from search.replay.table import Table


class Pool:
    """The recipes of a table that a replayed search has not tried yet."""

    def __init__(self, table: Table) -> None:
        self.distributions = table.distributions
        self._coordinates = Coordinates(self.distributions)
        self._params = [table.params(number) for number in table.numbers]
        self._numbers = table.numbers
        self._points = np.array([self._coordinates(params) for params in self._params])
        self._left = np.ones(len(table), bool)

    def __len__(self) -> int:
        return int(self._left.sum())

    def take(self, params: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """The recipe nearest to the parameters, and its own parameters; it is then tried."""
        distance = ((self._points - self._coordinates(params)) ** 2).sum(1)
        index = int(np.argmin(np.where(self._left, distance, np.inf)))
        self._left[index] = False
        return self._numbers[index], self._params[index]


class SnappingSampler(BaseSampler):
    """One of Optuna's samplers, each suggestion replaced by the nearest recipe left in a pool.

    The sampler learns the parameters of that recipe, not its own suggestion, so it sees accuracies
    where they were measured.

    Attributes:
        sampler: the sampler that suggests; it may be replaced between trials.
        taken: the recipe of each trial, by the trial's number.
    """

    def __init__(self, sampler: BaseSampler, pool: Pool) -> None:
        self.sampler = sampler
        self.taken: dict[int, int] = {}
        self._pool = pool

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        return self._pool.distributions

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        relative = self.sampler.infer_relative_search_space(study, trial)
        suggested = dict(self.sampler.sample_relative(study, trial, relative))
        for name, kind in search_space.items():
            if name not in suggested:
                suggested[name] = self.sampler.sample_independent(study, trial, name, kind)
        self.taken[trial.number], params = self._pool.take(suggested)
        return params

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        raise AssertionError(f"{param_name}: every parameter is in the relative search space")

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        self.sampler.before_trial(study, trial)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Any) -> None:
        self.sampler.after_trial(study, trial, state, values)


def quiet() -> None:
    """Without a line a study and a warning a sampler that Optuna calls experimental."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)

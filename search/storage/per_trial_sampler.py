"""A sampler that is rebuilt for each trial, so that its draws depend on the trial's seed alone."""

from collections.abc import Sequence
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from search.config.samplers import SamplerSettings, build_sampler
from search.config.space import Space
from search.storage.attributes import is_of_space


class PerTrialSampler(BaseSampler):
    """Builds a fresh inner sampler for each trial, and always shows it ``study``.

    ``study`` leaves the baseline out (see ``search.storage.trials``): a trial without parameters
    would empty the space that relative samplers infer, and its value would shift TPE's split.
    Hyperband would pass a study of its own, with the baseline, and one bracket of the others only.
    """

    def __init__(self, study: Study, settings: SamplerSettings, space: Space, seed: int) -> None:
        self._study = study
        self._settings = settings
        self._space = space
        self._seed = seed
        self._number: int | None = None
        self._inner: BaseSampler = RandomSampler(seed=seed)

    def _of(self, trial: FrozenTrial) -> BaseSampler:
        if self._number != trial.number:
            self._inner = build_sampler(self._settings, self._space, self._seed, trial.number)
            self._number = trial.number
        return self._inner

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        self._number = None
        if is_of_space(trial):  # a grid would spend a point on it
            self._of(trial).before_trial(self._study, trial)

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        return self._of(trial).infer_relative_search_space(self._study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return self._of(trial).sample_relative(self._study, trial, search_space)

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        return self._of(trial).sample_independent(
            self._study, trial, param_name, param_distribution
        )

    def after_trial(
        self,
        study: Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        # A failed trial is no result, and its process may not have what the sampler needs.
        if is_of_space(trial) and state != TrialState.FAIL:
            self._of(trial).after_trial(self._study, trial, state, values)

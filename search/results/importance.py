"""Which hyperparameters matter, and how sure that is.

PED-ANOVA (Watanabe et al., 2023, https://arxiv.org/abs/2304.10255): how much a parameter's values
in the best tenth of the trials differ from its values in all of them.
"""

import copy
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from optuna.importance import PedAnovaImportanceEvaluator
from optuna.trial import FrozenTrial, TrialState

from search.storage.trials import SampleStudy

AT_LEAST = 4
"""Trials below which nothing can be said."""


@dataclass(frozen=True)
class Importance:
    """A parameter's share of the whole importance, in [0, 1], with its spread over resamples.

    Attributes:
        low, high: the 10 % and 90 % quantiles over bootstrap resamples of the trials.
    """

    name: str
    share: float
    low: float
    high: float


def importance(
    trials: Sequence[FrozenTrial], resamples: int = 20, seed: int = 0
) -> tuple[Importance, ...]:
    """The importance of each parameter, most important first; empty where trials are too few.

    Args:
        trials: of the space, whose value is to be high; from ``ranked`` where some were pruned.
    """
    names = sorted({name for trial in trials for name in trial.distributions})
    if len(trials) < AT_LEAST or not names:
        return ()
    whole = _shares(trials, names)
    draw = np.random.default_rng(seed)
    spread = np.array(
        [
            _shares([trials[i] for i in draw.integers(len(trials), size=len(trials))], names)
            for _ in range(resamples)
        ]
    )
    low, high = np.quantile(spread, [0.1, 0.9], axis=0)
    found = [
        Importance(name, float(whole[i]), float(low[i]), float(high[i]))
        for i, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda each: (-each.share, each.name)))


def ranked(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """Copies of the complete and the pruned trials, whose values are their ranks.

    A pruned trial ranks below every complete one, and above those that were pruned earlier: to
    leave pruned ones out would ask what matters among the good ones alone.
    """
    worth = {}
    for trial in trials:
        if trial.state == TrialState.COMPLETE and trial.values is not None:
            worth[trial.number] = (math.inf, trial.values[0])
        elif trial.state == TrialState.PRUNED and trial.last_step is not None:
            worth[trial.number] = (trial.last_step, trial.intermediate_values[trial.last_step])
    order = {worthy: rank for rank, worthy in enumerate(sorted(set(worth.values())))}
    found = []
    for trial in trials:
        if trial.number in worth:
            one = copy.copy(trial)
            one.values = [float(order[worth[trial.number]])]
            found.append(one)
    return found


def _shares(trials: Sequence[FrozenTrial], names: Sequence[str]) -> list[float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # optuna's, that trials are few: the spread says so
        found = PedAnovaImportanceEvaluator().evaluate(SampleStudy(trials))
    total = sum(found.values())
    return [found.get(name, 0.0) / total if total else 0.0 for name in names]

"""Hyperparameter importance: which parameters matter, and how certain that is.

PED-ANOVA (Watanabe et al., 2023, https://arxiv.org/abs/2304.10255): how much a parameter's values
in the best tenth of the trials differ from its values in all of them.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import optuna
from optuna.importance import PedAnovaImportanceEvaluator
from optuna.trial import FrozenTrial

from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord
from search.storage.trials import SampleStudy

MIN_TRIALS = 4
RESAMPLES = 30
NEWEST = 300
"""Only the newest trials count: 300 take 0.4 seconds with their resamples, 1,000 take 1.5."""


@dataclass(frozen=True)
class Importance:
    """A parameter's share of the total importance, in [0, 1].

    Attributes:
        low, high: the 10 % and 90 % quantiles over bootstrap resamples of the trials.
    """

    name: str
    share: float
    low: float
    high: float


def importances(snapshot: Snapshot) -> tuple[Importance, ...]:
    """The importance of each parameter, most important first; empty where trials are too few.

    Complete and pruned trials of the search space count. The resamples are seeded by the study, so
    the same trials give the same values everywhere.
    """
    trials = _ranked(snapshot.searched)[-NEWEST:]
    names = sorted({name for trial in trials for name in trial.distributions})
    if len(trials) < MIN_TRIALS or not names:
        return ()
    whole = _shares(trials, names)
    draw = np.random.default_rng(snapshot.definition.seed)
    spread = np.array(
        [
            _shares([trials[i] for i in draw.integers(len(trials), size=len(trials))], names)
            for _ in range(RESAMPLES)
        ]
    )
    low, high = np.quantile(spread, [0.1, 0.9], axis=0)
    rows = [
        Importance(name, float(whole[i]), float(low[i]), float(high[i]))
        for i, name in enumerate(names)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.share, row.name)))


def _ranked(trials: Sequence[TrialRecord]) -> list[FrozenTrial]:
    """The complete and the pruned trials, for Optuna, with their ranks as values.

    A pruned trial ranks below every complete one, and above those that were pruned at an earlier
    epoch: without pruned trials, the importance would be that among the good ones only.
    """
    keys = {trial.number: key for trial in trials if (key := _rank_key(trial)) is not None}
    ranks = {key: rank for rank, key in enumerate(sorted(set(keys.values())))}
    return [
        optuna.trial.create_trial(
            value=float(ranks[keys[trial.number]]),
            params=dict(trial.params),
            distributions=dict(trial.distributions),
        )
        for trial in trials
        if trial.number in keys
    ]


def _rank_key(trial: TrialRecord) -> tuple[float, float] | None:
    accuracy = trial.last_accuracy
    if not trial.params or accuracy is None or not math.isfinite(accuracy):
        return None
    if trial.state == State.COMPLETE:
        return math.inf, trial.accuracy
    return (trial.last_epoch, accuracy) if trial.state == State.PRUNED else None


def _shares(trials: Sequence[FrozenTrial], names: Sequence[str]) -> list[float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Optuna's, of few trials: the quantiles show it
        importance = PedAnovaImportanceEvaluator().evaluate(SampleStudy(trials))
    total = sum(importance.values())
    return [importance.get(name, 0.0) / total if total else 0.0 for name in names]

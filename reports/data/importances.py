"""The importance of a study's hyperparameters."""

from optuna.trial import FrozenTrial, TrialState, create_trial

from search.results.importance import Importance, importance, ranked
from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord

RESAMPLES = 30
NEWEST = 300


def importances(study: Snapshot) -> tuple[Importance, ...]:
    """Most important first; empty where the trials are too few."""
    trials = [
        _frozen(trial)
        for trial in study.searched
        if trial.state in (State.COMPLETE, State.PRUNED) and trial.value is not None
    ]
    return importance(ranked(trials)[-NEWEST:], RESAMPLES, study.definition.seed)


def _frozen(trial: TrialRecord) -> FrozenTrial:
    complete = trial.state == State.COMPLETE
    frozen = create_trial(
        state=TrialState.COMPLETE if complete else TrialState.PRUNED,
        value=trial.value,
        params=dict(trial.params),
        distributions=dict(trial.distributions),
        intermediate_values=dict(trial.accuracies),
    )
    frozen.number = trial.number
    return frozen

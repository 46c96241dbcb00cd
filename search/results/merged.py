"""Records of recipes with several runs: one for all runs of each, where the objective is a mean."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable

from optuna.trial import TrialState

from search.results.trials import State, TrialRecord
from search.storage.repeats import RecipeRuns

_STATES = {
    TrialState.COMPLETE: State.COMPLETE,
    TrialState.PRUNED: State.PRUNED,
    TrialState.FAIL: State.FAILED,
    TrialState.RUNNING: State.RUNNING,
}


def merged_records(trials: Iterable[TrialRecord], total: int) -> tuple[TrialRecord, ...]:
    """The records without repeats, each with the outcome of all of its runs.

    Args:
        total: the runs of the objective.
    """
    trials = tuple(trials)
    if total == 1:
        return trials
    groups: dict[int, list[TrialRecord]] = defaultdict(list)
    for trial in trials:
        if trial.is_repeat and trial.group is not None:
            groups[trial.group].append(trial)
    return tuple(
        _merge(trial, groups[trial.number], total) if trial.state == State.COMPLETE else trial
        for trial in trials
        if not trial.is_repeat
    )


def _merge(first: TrialRecord, repeats: list[TrialRecord], total: int) -> TrialRecord:
    if first.audited is not None:  # it has one run, as the pruner would have stopped it in that
        return dataclasses.replace(first, state=State.PRUNED)
    runs = _runs(first, repeats, total)
    state = _STATES[runs.state]
    if state == State.RUNNING and any(trial.state == State.STOPPED for trial in repeats):
        state = State.STOPPED
    ended = [trial.ended for trial in (first, *repeats) if trial.ended]
    failed = next((trial.reason for trial in repeats if trial.reason), "")
    return dataclasses.replace(
        first,
        state=state,
        value=runs.mean if state in (State.COMPLETE, State.PRUNED) else None,
        runs=runs.accuracies,
        stopped=runs.stopped if state == State.PRUNED else "",
        reason=failed if state == State.FAILED else "",
        seconds=sum(trial.seconds or 0.0 for trial in (first, *repeats)),
        ended=max(ended) if state.finished and ended else None,
    )


def _runs(first: TrialRecord, repeats: list[TrialRecord], total: int) -> RecipeRuns:
    accuracies = {0: first.accuracy} | {
        trial.pair: trial.accuracy
        for trial in repeats
        if trial.state == State.COMPLETE and trial.pair is not None
    }
    return RecipeRuns(
        total,
        dict(sorted(accuracies.items())),
        failed=not first.is_baseline and any(trial.state == State.FAILED for trial in repeats),
        stopped=next((trial.stopped for trial in (first, *repeats) if trial.stopped), ""),
    )

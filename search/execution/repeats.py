"""Repeats: the further runs of a recipe whose accuracy is a mean over folds and seeds.

They are due as soon as the recipe's first run is complete, and they start before anything new, so
that a recipe is finished before the next one is sampled. Workers share those of one recipe. A
recipe that has begun is finished whatever ends the study, as a running trial is.
"""

import copy
from collections.abc import Iterable

import optuna
from optuna.trial import FrozenTrial, TrialState

from search.config.definition import Definition
from search.storage.attributes import is_baseline, is_of_space
from search.storage.repeats import RecipeRuns, repeats_by_group, runs_of
from search.storage.study import FerStudy
from search.storage.trials import searched


def next_repeat(definition: Definition, trials: Iterable[FrozenTrial]) -> tuple[int, int] | None:
    """The trial whose recipe is to be trained again, and for which pair; None if none is due."""
    total = definition.objective.runs
    if total == 1:
        return None
    trials = list(trials)
    groups = repeats_by_group(trials)
    for first in _first_runs(trials):
        repeats = groups.get(first.number, [])
        runs = runs_of(first, repeats, total)
        if runs.state != TrialState.RUNNING:
            continue
        running = {t.user_attrs["pair"] for t in repeats if t.state == TrialState.RUNNING}
        for pair in range(total):
            if pair not in runs.accuracies and pair not in running:
                return first.number, pair
    return None


def stop_reason(study: FerStudy, trial: optuna.Trial, accuracy: float) -> str:
    """Why a recipe ends after this run of it, or an empty text if it does not.

    To be called under the storage's lock, before the run is told to be complete.
    """
    total = study.definition.objective.runs
    trials = [
        _with_accuracy(stored, accuracy) if stored.number == trial.number else stored
        for stored in study.everything()
    ]
    groups = repeats_by_group(trials)
    all_runs = {
        first.number: runs_of(first, groups.get(first.number, []), total)
        for first in searched(_first_runs(trials))
    }
    own = all_runs.pop(trial.user_attrs.get("group", trial.number), None)
    if own is None or own.state != TrialState.RUNNING:
        return ""
    if trial.user_attrs.get("pair", 0) >= len(own.in_order):
        return ""  # an earlier pair still runs, and the others are compared on equal pairs
    others = [runs.in_order for runs in all_runs.values() if not runs.failed]
    pruner = study.definition.pruner
    return _reason(own, pruner.rule()) if pruner.stops(own.in_order, others, total) else ""


def is_stopped(trials: Iterable[FrozenTrial], group: int) -> bool:
    """Whether the pruner has stopped a recipe, so that its other runs are of no use."""
    stopped = (t for t in trials if t.user_attrs.get("stopped"))
    return any(group in (trial.number, trial.user_attrs.get("group")) for trial in stopped)


def end_run(study: FerStudy, trial: optuna.Trial, accuracy: float) -> None:
    """End a run as complete; of several for one recipe, with the pruner's decision on the rest.

    To be called under the storage's lock.
    """
    if study.definition.objective.runs > 1:
        reason = stop_reason(study, trial, accuracy)
        # A worker that died after it had stored a reason may be followed by one that finds none.
        if reason or trial.user_attrs.get("stopped"):
            study.store(trial, stopped=reason)
    study.tell(trial, accuracy)


def _reason(runs: RecipeRuns, rule: str) -> str:
    done = len(runs.accuracies)
    return f"stopped after {done} of {runs.total} runs, mean so far {100 * runs.mean:.2f} %: {rule}"


def _first_runs(trials: Iterable[FrozenTrial]) -> list[FrozenTrial]:
    """The complete trials of the space and the complete baseline, by number."""
    complete = (trial for trial in trials if trial.state == TrialState.COMPLETE)
    # An audited trial would have been stopped in its first run.
    unaudited = (trial for trial in complete if trial.user_attrs.get("audited") is None)
    return [trial for trial in unaudited if is_of_space(trial) or is_baseline(trial)]


def _with_accuracy(trial: FrozenTrial, accuracy: float) -> FrozenTrial:
    complete = copy.copy(trial)
    complete.state = TrialState.COMPLETE
    complete.values = [accuracy]
    return complete

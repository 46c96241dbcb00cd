"""When a study ends: totals over all of its starts, a target, patience, or too many failures."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from optuna.trial import FrozenTrial, TrialState

from fer.clock import local_to_utc
from fer.wording import counted
from search.config.definition import Definition
from search.config.limits import Budget, Stop, StudyLimits
from search.execution.repeats import next_repeat
from search.results.activity import active_seconds
from search.storage.attributes import attributes_of, is_repeat
from search.storage.sessions import Session, sessions_in
from search.storage.study import FerStudy, limits_in
from search.storage.trials import baselines, recipes_of, searched

FAILURES_IN_A_ROW = 3


@dataclass(frozen=True)
class Ending:
    """Why a study starts no further trial."""

    reason: str
    failed: bool = False


def ending(study: FerStudy) -> Ending | None:
    """Why no new trial may start, or None. Running trials are finished in any case."""
    trials, attributes = study.everything(), study.user_attrs
    limits = limits_in(attributes, study)
    return ending_of(study.definition, limits, trials, sessions_in(attributes))


def ending_of(
    definition: Definition,
    limits: StudyLimits,
    trials: list[FrozenTrial],
    sessions: Sequence[Session],
) -> Ending | None:
    """The same, of a study whose parts have been read. ``sessions``: oldest first.

    A trial with several runs is one trial, and all of its runs are trained once it has begun.
    """
    since = sessions[-1].began if sessions else datetime.datetime.min
    if failure := _too_many_failures(trials, since):
        return Ending(failure, failed=True)
    if next_repeat(definition, trials):
        return None
    reason = _good_enough(limits.stop, recipes_of(trials, definition.objective.runs))
    reason = reason or _spent(definition, limits.budget, trials, sessions)
    return Ending(reason) if reason else None


def only_failures(trials: list[FrozenTrial]) -> str | None:
    """That every trial has failed, with the last reason; None if one has not.

    The baseline counts only where no trial of the space has ended.
    """
    ended = searched(by_ending(trials)) or by_ending(trials)
    if any(trial.state == TrialState.RUNNING for trial in trials) or not ended:
        return None
    if any(trial.state != TrialState.FAIL for trial in ended):
        return None
    if len(ended) == 1:
        return f"its only trial failed: {_reason(ended[0])}"
    which = f"all {len(ended)} trials" if len(ended) > 1 else "the only trial"
    return f"{which} failed; the last: {_reason(ended[-1])}"


def _good_enough(stop: Stop, trials: list[FrozenTrial]) -> str | None:
    best = best_trial(trials)
    if stop.target is not None and best is not None and best.values[0] >= stop.target:
        return f"trial {best.number} reached the target of {stop.target}"
    if stop.patience is not None and without_gain(trials) >= stop.patience:
        return f"{counted(stop.patience, 'trial')} ended without a better one"
    return None


def _spent(
    definition: Definition,
    budget: Budget,
    trials: list[FrozenTrial],
    sessions: Sequence[Session],
) -> str | None:
    started = sum(t.state != TrialState.WAITING for t in trials if not is_repeat(t))
    if budget.trials is not None and started >= budget.trials:
        return f"the budget of {counted(budget.trials, 'trial')} is spent"
    if budget.epochs is not None and epochs_run(trials) >= budget.epochs:
        return f"the budget of {counted(budget.epochs, 'epoch')} is spent"
    if budget.hours is not None and active_seconds(sessions) >= budget.hours * 3600:
        return f"the budget of {counted(budget.hours, 'hour')} is spent"
    return definition.sampler.exhausted(definition.space, searched(trials))


def complete(trials: list[FrozenTrial]) -> list[FrozenTrial]:
    """The trials of the space that ran to their end, best first; of equals the earlier."""
    complete = [trial for trial in searched(trials) if trial.state == TrialState.COMPLETE]
    return sorted(complete, key=lambda trial: (-trial.values[0], trial.number))


def best_trial(trials: list[FrozenTrial]) -> FrozenTrial | None:
    """The best trial of the space that ran to its end; never the baseline."""
    return next(iter(complete(trials)), None)


def epochs_run(trials: list[FrozenTrial]) -> int:
    """Epochs that all trials have reported."""
    return sum(len(trial.intermediate_values) for trial in trials)


def by_ending(trials: list[FrozenTrial]) -> list[FrozenTrial]:
    """The finished trials in the order in which they ended."""
    finished = [trial for trial in trials if trial.state.is_finished()]
    return sorted(finished, key=lambda trial: (trial.datetime_complete, trial.number))


def without_gain(trials: list[FrozenTrial]) -> int:
    """How many trials of the space ended since the best one did."""
    ended = searched(by_ending(trials))
    best = best_trial(trials)
    if best is None:
        return len(ended)
    return len(ended) - 1 - [trial.number for trial in ended].index(best.number)


def _too_many_failures(trials: list[FrozenTrial], since: datetime.datetime) -> str | None:
    # A start after the cause was fixed must not end at once on the failures before it.
    ended = [trial for trial in by_ending(trials) if _ended(trial) >= since]
    # By themselves: with several workers, other trials complete between the baseline's failures.
    numbers = {trial.number for trial in baselines(trials)}
    of_baseline = (t for t in ended if {t.number, t.user_attrs.get("group")} & numbers)
    failed = [trial for trial in of_baseline if trial.state == TrialState.FAIL]
    if len(failed) >= FAILURES_IN_A_ROW:
        return f"the baseline failed {len(failed)} times; the last: {_reason(failed[-1])}"
    last = ended[-FAILURES_IN_A_ROW:]
    if len(last) == FAILURES_IN_A_ROW and all(trial.state == TrialState.FAIL for trial in last):
        return f"{FAILURES_IN_A_ROW} trials in a row failed; the last: {_reason(last[-1])}"
    return None


def _reason(trial: FrozenTrial) -> str:
    return attributes_of(trial).reason or "unknown"


def _ended(trial: FrozenTrial) -> datetime.datetime:
    assert trial.datetime_complete is not None, "it has ended"
    return local_to_utc(trial.datetime_complete)  # Optuna stores local times

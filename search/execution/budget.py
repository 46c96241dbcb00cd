"""When a study ends: totals over all of its starts, a target, patience, or too many failures."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from optuna.trial import FrozenTrial, TrialState

from fer.clock import local_to_utc
from fer.wording import counted
from search.config.definition import Definition
from search.config.limits import Budget, Stop, StudyLimits
from search.config.rounds import Screen
from search.execution.race import has_begun, progress_of
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
    if definition.rounds:
        return _ending_of_rounds(definition, limits, trials, sessions)
    if next_repeat(definition, trials):
        return None
    reason = _good_enough(limits.stop, recipes_of(trials, definition.objective.runs))
    reason = reason or _spent(limits.budget, trials, sessions)
    reason = reason or definition.sampler.exhausted(definition.space, searched(trials))
    return Ending(reason) if reason else None


def screen_ending(study: FerStudy) -> str | None:
    """Why the screen of a study with rounds starts no further trial, or None."""
    trials, attributes = study.everything(), study.user_attrs
    limits = limits_in(attributes, study)
    return screen_ending_of(study.definition, limits, trials, sessions_in(attributes))


def screen_ending_of(
    definition: Definition,
    limits: StudyLimits,
    trials: list[FrozenTrial],
    sessions: Sequence[Session],
) -> str | None:
    """The same, of a study whose parts have been read.

    It stays so once the race has begun, even where a later start has a larger budget.
    """
    assert definition.rounds is not None, "there is no screen without rounds"
    if has_begun(trials):
        return "the race has begun"
    screen, ran = definition.rounds.screen, searched(trials)
    started = sum(trial.state != TrialState.WAITING for trial in ran)
    if screen.trials is not None and started >= screen.trials:
        return f"{counted(screen.trials, 'trial')} of the screen have started"
    return (
        _good_enough(limits.stop, trials)
        or _spent(_share(limits.budget, screen), trials, sessions)
        or definition.sampler.exhausted(definition.space, ran)
    )


def _share(budget: Budget, screen: Screen) -> Budget:
    """The screen's share; at least one epoch and one trial."""

    def of(total: int | None) -> int | None:
        return None if total is None else max(1, int(total * screen.share))

    hours = None if budget.hours is None else budget.hours * screen.share
    trials = of(budget.trials) if screen.trials is None else None
    return Budget(trials=trials, hours=hours, epochs=of(budget.epochs))


def _ending_of_rounds(
    definition: Definition,
    limits: StudyLimits,
    trials: list[FrozenTrial],
    sessions: Sequence[Session],
) -> Ending | None:
    race = progress_of(definition, trials)
    assert race is not None, "it has rounds"
    begun = has_begun(trials)
    if begun and race.finished:
        if not race.remaining:
            return Ending("every recipe failed in the race", failed=True)
        return Ending(f"the race ended after {counted(race.done, 'fold')}")
    if spent := _spent(limits.budget, trials, sessions):
        where = (
            f"in fold {race.done + 1} of {race.folds} of the race" if begun else "before the race"
        )
        return Ending(f"{spent}, {where}")
    if begun or screen_ending_of(definition, limits, trials, sessions) is None:
        return None
    if race.entrants or any(trial.state == TrialState.RUNNING for trial in searched(trials)):
        return None
    return Ending("no trial of the screen ran to its end, so there is no race")


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
    return None


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

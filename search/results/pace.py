"""Estimate of a study's remaining time, from the pace of its own trials.

Baseline and searched trials may train networks of different sizes, so each has a pace of its own.
"""

from collections.abc import Iterable

from search.results.race_epochs import epochs_left
from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord


def seconds_left(snapshot: Snapshot) -> float | None:
    """Seconds until the budget is spent and all trials have ended; None where that is not known.

    Unfinished trials are assumed to train all of their epochs at their own pace, and trials that
    have not started to be as long as the searched ones that have ended, at the pace of all searched
    ones; so there is no estimate before the first searched trial has ended an epoch, unless only
    the hours are limited. The workers of the last start share the work.
    """
    budget, workers = snapshot.limits.budget, workers_of(snapshot)
    running = [_rest(trial, snapshot) for trial in snapshot.unfinished]
    estimates: list[float | None] = []
    if budget.hours is not None:
        estimates.append(max(0.0, budget.hours * 3600 - snapshot.seconds))
    if snapshot.definition.rounds:
        epochs_of_rounds, pace = epochs_left(snapshot), _pace(snapshot.searched)
        if epochs_of_rounds is not None:
            work = None if pace is None else epochs_of_rounds * pace
            estimates.append(_shared(running, work, workers))
    elif budget.trials is not None:
        begun = sum(_runs_left(recipe, snapshot) for recipe in snapshot.started)
        unstarted = max(0, budget.trials - len(snapshot.started))
        new = unstarted * snapshot.definition.objective.runs + begun
        estimates.append(_shared(running, _new_trials(new, snapshot), workers))
    if budget.epochs is not None:
        pace = _pace(_of_space(snapshot))
        epochs = max(0, budget.epochs - snapshot.epochs_run)
        estimates.append(0.0 if not epochs else None if pace is None else epochs * pace / workers)
    # The first limit that is reached counts; it is not known while one of them is not.
    known = [estimate for estimate in estimates if estimate is not None]
    return min(known) if known and len(known) == len(estimates) else None


def workers_of(snapshot: Snapshot) -> int:
    """The workers that train side by side, at the latest start."""
    return max(1, snapshot.sessions[-1].workers) if snapshot.sessions else 1


def pace_of_recipe(number: int | None, snapshot: Snapshot) -> float | None:
    """Seconds of work for an epoch of a trial's recipe, or else of any recipe of the space.

    Args:
        number: of the trial; None for a recipe that no trial has trained.
    """
    runs = [trial for trial in snapshot.trials if number in (trial.number, trial.group)]
    own = None if number is None else _pace(runs)
    return own or _pace(_of_space(snapshot))


def _shared(running: list[float | None], new: float | None, workers: int) -> float | None:
    """Seconds for the work, shared by the workers; one trial is never shared."""
    rests = [rest for rest in running if rest is not None]
    if new is None or len(rests) < len(running):
        return None
    return max([(sum(rests) + new) / workers, *rests])


def _rest(trial: TrialRecord, snapshot: Snapshot) -> float | None:
    """Seconds that an unfinished trial still trains."""
    epochs = (trial.epochs_planned or 0) - trial.last_epoch
    pace = _pace([trial])
    if pace is None and not trial.is_baseline:
        pace = _pace(_of_space(snapshot))
    return None if pace is None else max(0, epochs) * pace


def _of_space(snapshot: Snapshot) -> list[TrialRecord]:
    """The runs of the recipes of the space, each by itself."""
    numbers = {trial.number for trial in snapshot.searched}
    return [trial for trial in snapshot.trials if {trial.number, trial.group} & numbers]


def _runs_left(recipe: TrialRecord, snapshot: Snapshot) -> int:
    """The runs of a recipe that have not started."""
    if recipe.state.finished:
        return 0
    unfinished = sum(recipe.number in (t.number, t.group) for t in snapshot.unfinished)
    return max(0, snapshot.definition.objective.runs - len(recipe.runs) - unfinished)


def _new_trials(number: int, snapshot: Snapshot) -> float | None:
    """Seconds of work of runs that have not started."""
    if not number:
        return 0.0
    pace = _pace(_of_space(snapshot))
    if pace is None:
        return None
    ended = [len(trial.accuracies) for trial in _of_space(snapshot) if trial.state.finished]
    epochs = sum(ended) / len(ended) if ended else snapshot.definition.trial_epochs
    return number * epochs * pace


def _pace(trials: Iterable[TrialRecord]) -> float | None:
    """Seconds of work for an epoch; None before the first one."""
    measured = [t for t in trials if t.accuracies and t.seconds and t.state != State.FAILED]
    epochs = sum(len(trial.accuracies) for trial in measured)
    seconds = sum(trial.seconds or 0.0 for trial in measured)
    return seconds / epochs if epochs else None

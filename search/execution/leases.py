"""Leases: each trial is run by one worker, and handed to another one if that worker is lost.

A worker renews its lease while it is alive (see ``lease_keeper``); one that ran out is taken over
(see ``takeover``). On one machine that is known at once, by a lock on the run folder (see
``run_folder``). A worker whose trial was taken over writes nothing more (see ``fence``). Trials are
taken under the storage's lock.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import IO

import optuna
from optuna.trial import FrozenTrial, TrialState

from fer.errors import FerError
from fer.files import remove_unfinished
from fer.recipe import Recipe
from fer.validation import parse
from search.execution.budget import ending, screen_ending
from search.execution.fence import Fence, lease_seconds, new_attempt
from search.execution.lease_watch import LeaseWatch
from search.execution.race import baseline_number, progress_of
from search.execution.repeats import next_repeat
from search.execution.run_folder import make_run
from search.execution.takeover import take_over_lost_trial
from search.storage.attributes import (
    BASELINE,
    RACE,
    REPEAT,
    SEARCH,
    Owner,
    attributes_of,
    is_baseline,
    is_of_race,
    is_repeat,
)
from search.storage.machine_faults import machine_fault
from search.storage.process_identity import process_identity
from search.storage.storage_retry import TRANSIENT_ERRORS
from search.storage.study import FerStudy
from search.storage.trials import baselines, searched


@dataclass
class TrialLease:
    """A trial that this process runs, until ``fence`` says that another one does."""

    study: FerStudy
    trial: optuna.Trial
    recipe: Recipe
    run: Path
    lock: IO[str]
    fence: Fence

    def release(self) -> None:
        """Release the run folder."""
        self.lock.close()


def acquire_lease(
    study: FerStudy, folder: Path, session: str, watch: LeaseWatch | None = None
) -> TrialLease | None:
    """Take over a trial that lost its worker, or start the next one.

    Args:
        folder: the study's folder; the trial's run folder is in it, unless it began elsewhere and
            is still there.
        session: the session that this process works in.
        watch: what this process has seen of other workers' leases; None if it has just started.

    Returns:
        None if the study starts no more trials, or none until trials of other workers have ended;
        ``ending`` tells which.

    Raises:
        BadInput: a study in another storage trains in the run folder.
    """
    watch = watch or LeaseWatch()
    while True:
        attempt = new_attempt()
        with study.opened.lock():
            acquired = take_over_lost_trial(study, folder, session, attempt, watch)
            acquired = acquired or _start(study, folder, attempt)
            if acquired is None:
                return None
            trial, run, lock = acquired
            try:
                return _lease(study, trial, run, lock, attempt, session)
            except TRANSIENT_ERRORS:  # not the trial's fault: taken over once the storage answers
                lock.close()
                raise
            except Exception as error:  # such as parameters that make no recipe
                lock.close()
                if machine_fault(error):
                    raise
                study.fail(trial, reason_of(error))


def reason_of(error: Exception) -> str:
    """An error in one line, for the storage."""
    if isinstance(error, MemoryError):
        return "out of memory"
    first = (str(error).strip().splitlines() or [""])[0]
    return (first if isinstance(error, FerError) else f"{type(error).__name__}: {first}")[:500]


def _start(
    study: FerStudy, folder: Path, attempt: str
) -> tuple[optuna.Trial, Path, IO[str]] | None:
    trial = _without_owner(study) or _next_trial(study)
    return None if trial is None else (trial, *make_run(folder, trial.number, attempt))


def _without_owner(study: FerStudy) -> optuna.Trial | None:
    # Owners are stored under the storage's lock: a running trial without one lost its worker while
    # that was creating it.
    for trial in study.running():
        if attributes_of(trial).owner is None:
            return study.take_over(trial)
    return None


def _next_trial(study: FerStudy) -> optuna.Trial | None:
    if ending(study):
        return None
    trials = study.everything()
    if due := next_repeat(study.definition, trials):
        group, pair = due
        return study.start_trial(REPEAT, group=group, pair=pair)
    usable = (TrialState.RUNNING, TrialState.COMPLETE)
    if not any(trial.state in usable for trial in baselines(trials)):
        return study.start_trial(BASELINE)
    if study.definition.rounds and screen_ending(study):
        return _next_race_run(study, trials)
    if any(trial.state == TrialState.WAITING for trial in trials):
        return study.ask()
    return study.start_trial(SEARCH)


def _next_race_run(study: FerStudy, trials: list[FrozenTrial]) -> optuna.Trial | None:
    """The next run of the race; None until the screen, or the fold before, has ended."""
    if any(trial.state == TrialState.RUNNING for trial in searched(trials)):
        return None
    race = progress_of(study.definition, trials)
    if race is None or not race.due:
        return None
    group, pair = race.due[0]
    return study.start_trial(RACE, group=group, pair=pair)


def _lease(
    study: FerStudy, trial: optuna.Trial, run: Path, lock: IO[str], attempt: str, session: str
) -> TrialLease:
    if not attributes_of(trial).role:
        study.store(trial, role=SEARCH)  # one that was enqueued
    process = process_identity()
    study.store(trial, run=run)
    study.heartbeat(trial)
    owner = Owner(
        host=process.host, pid=process.pid, session=session, attempt=attempt, lease=lease_seconds()
    )
    study.store(trial, owner=owner)
    remove_unfinished(run)  # with which the owner before is barred; see `fenced`
    recipe = _recipe(study, trial)
    study.store(trial, recipe=recipe.model_dump(mode="json"))
    study.store(trial, resumable=False)
    return TrialLease(study, trial, recipe, run, lock, Fence(study, trial, attempt, run, lock))


def _recipe(study: FerStudy, trial: optuna.Trial) -> Recipe:
    definition = study.definition
    if is_baseline(trial):
        return definition.baseline_recipe(trial.number)
    if is_repeat(trial) or is_of_race(trial):
        return _recipe_again(study, trial)
    values = definition.space.suggest(trial, definition.recipe)
    return definition.trial_recipe(values, trial.number)


def _recipe_again(study: FerStudy, trial: optuna.Trial) -> Recipe:
    """The recipe of a trial that trains another trial's again."""
    definition, trials, attributes = study.definition, study.everything(), attributes_of(trial)
    group, pair = attributes.group, attributes.pair
    assert group is not None, "it was stored with the role"
    assert pair is not None, "it was stored with the role"
    if is_of_race(trial) and group == baseline_number(trials):
        return definition.baseline_race_recipe(pair)
    recipe = parse(Recipe, attributes_of(trials[group]).recipe, f"trial {group}")
    if is_of_race(trial):
        return definition.race_recipe(recipe, pair)
    return definition.repeat_recipe(recipe, trial.number, pair)

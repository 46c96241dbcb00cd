"""Trials whose worker died or went silent: taken over by the next one, or failed as the cause.

Such a trial is in state RUNNING. It is taken over as it is: parameters from the storage, weights
from the checkpoint. Failing it and enqueueing it again would lose it if that, too, were killed
half-way.
"""

from pathlib import Path
from typing import IO

import optuna
from optuna.trial import FrozenTrial

from search.execution.lease_watch import LeaseWatch
from search.execution.run_folder import LockState, find_run, lock_state, make_run, replace_lock
from search.storage.attributes import Deaths, Owner, TrialAttributes, attributes_of
from search.storage.process_identity import host_name, is_dead, process_identity
from search.storage.sessions import has_no_supervisor
from search.storage.study import FerStudy

MAX_DEATHS = 2
"""A trial that loses so many workers at the same epoch is what kills them, and fails."""

MAX_UNSEEN_DEATHS = 3
"""The same for workers without a supervisor, which may have been killed from outside."""


def take_over_lost_trial(
    study: FerStudy, folder: Path, session: str, attempt: str, watch: LeaseWatch
) -> tuple[optuna.Trial, Path, IO[str]] | None:
    """The first trial that lost its worker, with its run folder and the attempt's lock on it.

    To be called under the storage's lock. A trial whose run folder is not here begins again.
    """
    running = study.running()
    watch.look(running)
    for trial in running:
        attributes = attributes_of(trial)
        owner = attributes.owner
        if owner is None:
            continue
        run = find_run(trial, folder)
        silent = watch.has_run_out(trial)
        if not silent and not _has_ended(owner, attributes, session, run):
            continue
        dropped = owner.session == session and _is_this_process(owner)
        # A supervisor counts its workers' deaths, and if it died with them, it was not the trial
        # that killed them all. Deaths of workers without a supervisor are counted here, as are
        # results that the storage did not accept. Who was silent may only have been stopped.
        cause = "could not store its results" if dropped else "died"
        excused = silent or attributes.resumable
        counts = not excused and (dropped or has_no_supervisor(owner))
        if counts and _fails_for_deaths(study, trial, cause, MAX_UNSEEN_DEATHS):
            continue
        if run.is_dir():
            return study.take_over(trial), run, replace_lock(run, attempt)
        return study.take_over(trial), *make_run(folder, trial.number, attempt)
    return None


def _has_ended(owner: Owner, attributes: TrialAttributes, session: str, run: Path) -> bool:
    """Whether an owner's process is known to have ended, or to have let the trial go.

    Trials of the same session are left to its supervisor, which knows why their worker died; but
    not one that this very process dropped because the storage did not answer.
    """
    if owner.session == session and not _is_this_process(owner):
        return False
    here, stopped = owner.host == host_name(), attributes.resumable
    state = lock_state(run, owner.attempt)
    if state == LockState.FREE:
        # One that was stopped says so itself: in a container even the same machine's name changes.
        return here or stopped
    if state == LockState.HELD:
        return False
    # The folder was removed, and perhaps made again by a worker that does not know it yet; or it
    # was copied without its lock.
    if stopped:
        return here or run.is_dir()
    # An owner with this process's id had let it go, or was in an earlier start of this container.
    return here and (_is_this_process(owner) or is_dead(owner.process))


def _is_this_process(owner: Owner) -> bool:
    return owner.process == process_identity()


def handle_worker_death(
    study: FerStudy, session: str, pid: int, cause: str, *, out_of_memory: bool, outside: bool
) -> bool:
    """Deal with the trial of a session's worker that died; returns whether it had one.

    A trial that ran out of memory, or that lost ``MAX_DEATHS`` workers at the same epoch, fails;
    any other is left to be taken over. Deaths that came from ``outside`` do not count.
    """
    with study.opened.lock():
        for trial in study.running():
            owner = attributes_of(trial).owner
            if owner is None or (owner.session, owner.pid) != (session, pid):
                continue
            if out_of_memory:
                study.fail(trial, f"its worker {cause}")
            elif outside or not _fails_for_deaths(study, trial, cause, MAX_DEATHS):
                study.store(trial, owner=owner.model_copy(update={"session": ""}))
            return True
    return False


def _fails_for_deaths(study: FerStudy, trial: FrozenTrial, cause: str, most: int) -> bool:
    """Count a death of the trial's worker; fail the trial if that makes ``most``."""
    epoch = trial.last_step or 0
    before = attributes_of(trial).deaths
    count = before.count + 1 if before and before.epoch == epoch else 1
    if count >= most:
        study.fail(trial, f"its worker {cause} {count} times after epoch {epoch}")
        return True
    study.store(trial, deaths=Deaths(epoch=epoch, count=count))
    return False

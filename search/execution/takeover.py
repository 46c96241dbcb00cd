"""Trials whose worker died: taken over by the next worker, or failed as the cause of the deaths.

A trial in state RUNNING whose run folder is not locked has lost its worker. It is taken over as it
is: parameters from the storage, weights from the checkpoint. Failing it and enqueueing it again
would lose it if that, too, were killed half-way.
"""

import datetime
import os
from pathlib import Path
from typing import IO

import optuna
from optuna.trial import FrozenTrial

from fer.clock import utc_now
from search.execution.run_folder import find_run, lock_run
from search.storage.attributes import Deaths, Owner, attributes_of
from search.storage.process_identity import host_name
from search.storage.sessions import has_no_supervisor
from search.storage.study import FerStudy

GRACE = datetime.timedelta(minutes=30)
"""Silence after which a trial of another machine counts as lost. Workers report every epoch."""

MAX_DEATHS = 3
"""A trial that loses so many workers at the same epoch is what kills them, and fails."""


def take_over_lost_trial(
    study: FerStudy, folder: Path, session: str
) -> tuple[optuna.Trial, Path, IO[str]] | None:
    """The first trial that lost its worker, with its run folder and the lock on it.

    To be called under the storage's lock. Trials of the same session are left to its supervisor,
    which knows why their worker died; but not one that this very process dropped because the
    storage did not answer. A trial of another machine whose folder is not here fails.
    """
    for trial in study.running():
        attributes = attributes_of(trial)
        owner = attributes.owner
        if owner is None:
            continue
        dropped = owner.session == session and owner.pid == os.getpid()
        if owner.session == session and not dropped:
            continue
        run = find_run(trial, folder)
        stopped = attributes.resumable
        silent = attributes.heartbeat is not None and utc_now() - attributes.heartbeat > GRACE
        # One that was stopped says so itself: in a container even the same machine's name changes.
        if run.is_dir() and (owner.host == host_name() or stopped or silent):
            if lock := lock_run(run):
                # A supervisor counts its workers' deaths, and if it died with them, it was not
                # the trial that killed them all. Deaths of workers without a supervisor are
                # counted here, as are results that the storage did not accept.
                cause = "could not store its results" if dropped else "died"
                counts = dropped or (not stopped and has_no_supervisor(owner))
                if counts and _fails_for_deaths(study, trial, cause):
                    lock.close()
                    continue
                return study.take_over(trial), run, lock
        elif silent:
            study.fail(trial, f"its worker on {owner.host} has been silent for more than {GRACE}")
    return None


def handle_worker_death(
    study: FerStudy, session: str, pid: int, cause: str, *, out_of_memory: bool
) -> bool:
    """Deal with the trial of a session's worker that died; returns whether it had one.

    A trial that ran out of memory, or that lost ``MAX_DEATHS`` workers at the same epoch, fails;
    any other is left to be taken over.
    """
    with study.opened.lock():
        for trial in study.running():
            owner = attributes_of(trial).owner
            if owner is None or (owner.session, owner.pid) != (session, pid):
                continue
            if out_of_memory:
                study.fail(trial, f"its worker {cause}")
            elif not _fails_for_deaths(study, trial, cause):
                study.store(trial, owner=Owner(host=owner.host, pid=owner.pid, session=""))
            return True
    return False


def _fails_for_deaths(study: FerStudy, trial: FrozenTrial, cause: str) -> bool:
    """Count a death of the trial's worker; fail the trial if that makes ``MAX_DEATHS``."""
    epoch = trial.last_step or 0
    before = attributes_of(trial).deaths
    count = before.count + 1 if before and before.epoch == epoch else 1
    if count >= MAX_DEATHS:
        study.fail(trial, f"its worker {cause} {count} times after epoch {epoch}")
        return True
    study.store(trial, deaths=Deaths(epoch=epoch, count=count))
    return False

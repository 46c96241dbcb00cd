"""One trial: train its recipe, report every epoch, prune, and end it in the storage."""

import contextlib
import math
import sys
import time
from collections.abc import Callable
from typing import Any

import optuna
from optuna.trial import TrialState

from fer.errors import FerError, Interrupted
from fer.faces.types import Faces
from fer.files import fenced
from fer.history import Epoch
from search.execution.attempt_meter import AttemptMeter
from search.execution.events import StudyEvents
from search.execution.fence import FolderLost, LeaseLost
from search.execution.leases import TrialLease, reason_of
from search.execution.repeats import end_run, is_stopped
from search.execution.trainer import Trainer
from search.storage.attributes import attributes_of, is_of_race, is_of_space, is_repeat
from search.storage.machine_faults import machine_fault
from search.storage.storage_retry import TRANSIENT_ERRORS


class NonFiniteError(FerError):
    """An accuracy that is NaN, infinite or missing; it must never win."""


def run_trial(
    lease: TrialLease,
    faces: Faces,
    trainer: Trainer,
    events: StudyEvents,
    check: Callable[[], None],
) -> None:
    """Train the leased trial and end it as complete, pruned or failed.

    It stops where another worker has taken the trial over meanwhile.

    Args:
        check: called at every step; what it raises leaves the trial to be resumed.

    Raises:
        Interrupted: from ``check``.
        TRANSIENT_ERRORS: the storage failed; the trial is left to be taken over.
        OSError: a disk is full, over quota or read-only; likewise.
    """

    def check_step() -> None:
        check()
        lease.fence.check_step()

    try:
        with fenced(lease.fence.check_write):
            _run(lease, _Reporter(lease), faces, trainer, events, check_step)
    except LeaseLost as lost:
        print(f"fer: warning: {lost}", file=sys.stderr, flush=True)
        if isinstance(lost, FolderLost):
            _let_go(lease)
    finally:
        lease.release()


def _let_go(lease: TrialLease) -> None:
    """Leave a trial to whoever takes it next, unless somebody has."""
    ended = optuna.exceptions.UpdateFinishedTrialError
    with contextlib.suppress(LeaseLost, ended, *TRANSIENT_ERRORS), lease.fence.end():
        lease.study.store(lease.trial, resumable=True)


def _run(
    lease: TrialLease,
    reporter: "_Reporter",
    faces: Faces,
    trainer: Trainer,
    events: StudyEvents,
    check: Callable[[], None],
) -> None:
    study, trial = lease.study, lease.trial
    try:
        reporter.store_attempt()
        if is_of_race(trial):
            parameters, operations = trainer.cost(lease.recipe)
            study.store(trial, parameters=parameters, operations=operations)
        # Killed between an epoch's checkpoint and its report, a run goes on with the next epoch.
        for epoch in trainer.past(lease.recipe, faces, lease.run):
            reporter.report(epoch)
        reporter.prune()
        history = trainer.train(
            lease.recipe, faces, lease.run, reporter.on_epoch, lambda step, steps: check()
        )
        for epoch in history:
            reporter.report(epoch)
        accuracy = _finite(history[-1].validation_accuracy)
        lease.fence.renew()
        events.trial_ending(lease, faces, accuracy)
        with lease.fence.end():
            end_run(study, trial, accuracy)
    except optuna.TrialPruned:
        events.trial_ending(lease, faces, None)
        with lease.fence.end():
            study.tell(trial, state=TrialState.PRUNED)
        trainer.drop(lease.run, reporter.epochs)
    except Interrupted:
        ended = optuna.exceptions.UpdateFinishedTrialError
        with contextlib.suppress(LeaseLost, ended, *TRANSIENT_ERRORS), lease.fence.end():
            study.store(trial, resumable=True)
            reporter.store_attempt()
        raise
    except optuna.exceptions.UpdateFinishedTrialError:
        return  # by another attempt
    except (LeaseLost, *TRANSIENT_ERRORS):
        raise
    except Exception as error:
        if machine_fault(error):
            with contextlib.suppress(OSError):  # a storage on the same disk cannot take it
                _let_go(lease)
            raise
        with lease.fence.end():
            study.fail(trial, reason_of(error))


class _Reporter:
    """Reports a run's epochs to the storage, each once, those of earlier starts too."""

    def __init__(self, lease: TrialLease) -> None:
        self._study = lease.study
        self._trial = lease.trial
        self._lease = lease
        self._began = time.monotonic()
        self._meter = AttemptMeter()
        self._before = attributes_of(lease.trial).attempts
        self._seconds = attributes_of(lease.trial).seconds or 0.0
        self._stored = lease.study.stored_epochs(lease.trial)
        self._audited = attributes_of(lease.trial).audited is not None
        self._epochs: dict[int, Epoch] = {}

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        """The run's epochs so far."""
        return tuple(self._epochs.values())

    def report(self, epoch: Epoch) -> None:
        """Store the epoch's validation accuracy, if it is not there yet."""
        accuracy = _finite(epoch.validation_accuracy)
        self._epochs[epoch.number] = epoch
        if epoch.number not in self._stored:
            self._lease.fence.check_write()
            self._stored.add(epoch.number)
            self._trial.report(accuracy, epoch.number)

    def on_epoch(self, epoch: Epoch) -> None:
        """Report the epoch, renew the lease, and ask the pruner."""
        self._lease.fence.renew()
        self.report(epoch)
        seconds = self._seconds + time.monotonic() - self._began
        self._study.store(self._trial, seconds=round(seconds, 3))
        self._meter.sample_load()
        self.store_attempt()
        self.prune()

    def store_attempt(self) -> None:
        """Store this attempt as it stands, after those of earlier starts."""
        self._lease.fence.check_write()
        self._study.store(self._trial, attempts=(*self._before, self._meter.attempt()))

    def prune(self) -> None:
        """Ask the pruner, unless the trial is not of the space, is audited or has reached its end.

        A repeat ends where the pruner has stopped its recipe meanwhile.

        Raises:
            TrialPruned: the pruner says so, and the trial is not one to be audited.
        """
        if len(self._epochs) >= self._lease.recipe.epochs:
            return
        if is_repeat(self._trial):
            group = self._trial.user_attrs["group"]
            if is_stopped(self._study.everything(), group):
                raise optuna.TrialPruned()
        asked = is_of_space(self._trial) and not self._audited
        if not asked or not self._trial.should_prune():
            return
        if not self._study.definition.audits(self._trial.number):
            raise optuna.TrialPruned()
        self._study.store(self._trial, audited=len(self._epochs))
        self._audited = True


def _finite(accuracy: Any) -> float:
    if accuracy is None or not math.isfinite(accuracy):
        raise NonFiniteError(f"validation accuracy is {accuracy}: expected a number in [0, 1]")
    return float(accuracy)

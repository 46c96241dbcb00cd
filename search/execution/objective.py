"""One trial: train its recipe, report every epoch, prune, and end it in the storage."""

import contextlib
import math
import time
from collections.abc import Callable
from typing import Any

import optuna
from optuna.trial import TrialState

from fer.errors import FerError, Interrupted
from fer.faces.types import Faces
from fer.history import Epoch
from search.execution.attempt_meter import AttemptMeter
from search.execution.events import StudyEvents
from search.execution.leases import TrialLease, reason_of
from search.execution.repeats import end_run, is_stopped
from search.execution.trainer import Trainer
from search.storage.attributes import attributes_of, is_of_race, is_of_space, is_repeat
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

    Args:
        check: called at every step; what it raises leaves the trial to be resumed.

    Raises:
        Interrupted: from ``check``.
        TRANSIENT_ERRORS: the storage failed; the trial is left to be taken over.
    """
    try:
        _run(lease, _Reporter(lease), faces, trainer, events, check)
    finally:
        lease.release()


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
        events.trial_ending(lease, faces, accuracy)
        end_run(study, trial, accuracy)
    except optuna.TrialPruned:
        events.trial_ending(lease, faces, None)
        study.tell(trial, state=TrialState.PRUNED)
        trainer.drop(lease.run, reporter.epochs)
    except Interrupted:
        with contextlib.suppress(optuna.exceptions.UpdateFinishedTrialError, *TRANSIENT_ERRORS):
            study.store(trial, resumable=True)
            reporter.store_attempt()
        raise
    except optuna.exceptions.UpdateFinishedTrialError:
        return  # counted as lost, and failed, by a worker of another machine
    except TRANSIENT_ERRORS:
        raise
    except Exception as error:
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
            self._stored.add(epoch.number)
            self._trial.report(accuracy, epoch.number)

    def on_epoch(self, epoch: Epoch) -> None:
        """Report the epoch, record a heartbeat, and ask the pruner."""
        self.report(epoch)
        seconds = self._seconds + time.monotonic() - self._began
        self._study.heartbeat(self._trial)
        self._study.store(self._trial, seconds=round(seconds, 3))
        self._meter.sample_load()
        self.store_attempt()
        self.prune()

    def store_attempt(self) -> None:
        """Store this attempt as it stands, after those of earlier starts."""
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

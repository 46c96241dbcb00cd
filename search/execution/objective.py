"""One trial: train its recipe, report every epoch, prune, and end it in the storage."""

import contextlib
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import optuna
from optuna.trial import TrialState

from fer.errors import FerError, Interrupted
from fer.faces.types import Faces
from reports.dashboard.artifacts import attach
from search.execution.leases import Claim, fail, reason_of
from search.execution.trainer import Trainer
from search.storage.storage_retry import PASSING
from search.storage.study import now

if TYPE_CHECKING:
    from fer.training import Epoch


class NonFiniteError(FerError):
    """An accuracy that is NaN, infinite or missing; it must never win."""


def run_trial(claim: Claim, faces: Faces, trainer: Trainer, check: Callable[[], None]) -> None:
    """Train the claimed trial and end it as complete, pruned or failed.

    Args:
        check: called at every step; what it raises leaves the trial to be resumed.

    Raises:
        Interrupted: from ``check``.
        PASSING: the storage failed; the trial is left to be taken over.
    """
    try:
        reporter = _Reporter(claim)
        # Killed between an epoch's checkpoint and its report, a run goes on with the next epoch.
        for epoch in trainer.past(claim.recipe, faces, claim.run):
            reporter.report(epoch)
        reporter.prune()
        history = trainer.train(
            claim.recipe, faces, claim.run, reporter.on_epoch, lambda step, steps: check()
        )
        for epoch in history:
            reporter.report(epoch)
        accuracy = _finite(history[-1].validation_accuracy)
        attach(claim, faces, accuracy)
        claim.study.tell(claim.trial, accuracy)
    except optuna.TrialPruned:
        attach(claim, faces, None)
        claim.study.tell(claim.trial, state=TrialState.PRUNED)
        trainer.drop(claim.run, reporter.epochs)
    except Interrupted:
        with contextlib.suppress(optuna.exceptions.UpdateFinishedTrialError, *PASSING):
            claim.trial.set_user_attr("resumable", True)
        raise
    except optuna.exceptions.UpdateFinishedTrialError:
        return  # counted as lost, and failed, by a worker of another machine
    except PASSING:
        raise
    except Exception as error:
        fail(claim.study, claim.trial._trial_id, reason_of(error))
    finally:
        claim.release()


class _Reporter:
    """Brings a run's epochs to the storage, each once, those of earlier starts too."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._began = time.monotonic()
        self._seconds = float(claim.trial.user_attrs.get("seconds", 0.0))
        stored = claim.study._storage.get_trial(claim.trial._trial_id)
        self._stored = set(stored.intermediate_values)
        self._epochs: dict[int, Epoch] = {}

    @property
    def epochs(self) -> tuple["Epoch", ...]:
        """The run's epochs so far."""
        return tuple(self._epochs.values())

    def report(self, epoch: "Epoch") -> None:
        """Store the epoch's validation accuracy, if it is not there yet."""
        accuracy = _finite(epoch.validation_accuracy)
        self._epochs[epoch.number] = epoch
        if epoch.number not in self._stored:
            self._stored.add(epoch.number)
            self._claim.trial.report(accuracy, epoch.number)

    def on_epoch(self, epoch: "Epoch") -> None:
        """Report, beat, and perhaps prune."""
        self.report(epoch)
        trial = self._claim.trial
        trial.set_user_attr("beat", now())
        seconds = self._seconds + time.monotonic() - self._began
        trial.set_user_attr("seconds", round(seconds, 3))
        self.prune()

    def prune(self) -> None:
        """Ask the pruner, unless the trial is the baseline or has reached its end.

        Raises:
            TrialPruned: the pruner says so.
        """
        unfinished = len(self._epochs) < self._claim.recipe.epochs
        if not self._claim.baseline and unfinished and self._claim.trial.should_prune():
            raise optuna.TrialPruned()


def _finite(accuracy: Any) -> float:
    if accuracy is None or not math.isfinite(accuracy):
        raise NonFiniteError(f"validation accuracy is {accuracy}: expected a number in [0, 1]")
    return float(accuracy)

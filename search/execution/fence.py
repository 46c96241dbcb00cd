"""The fence of a trial: a worker that was stopped past its lease writes nothing when it wakes.

Each attempt at a trial has a random name, which stands in the storage and in the lock of the run
folder. A worker whose name is not there any more has lost its trial.

- Before it writes a file it checks the names; see ``fer.files.fenced`` for what a worker has begun.
- A trial ends under the storage's lock, under which trials are taken over, too.
- An epoch's accuracy is checked before and then stored; it is the same whoever trains the epoch.
"""

import contextlib
import os
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import optuna

from fer.errors import FerError
from search.execution.lease_watch import RENEWALS
from search.execution.run_folder import holds_lock
from search.storage.attributes import attributes_of
from search.storage.storage_retry import TRANSIENT_ERRORS
from search.storage.study import FerStudy

LEASE_SECONDS = 60.0
"""Silence after which another worker takes a trial over."""

_SECONDS_VARIABLE = "FER_LEASE_SECONDS"
"""Replaces it in tests; others learn it from the storage."""

_TRUST = 60
"""For this part of a lease after each look, the storage is not asked again."""


class LeaseLost(FerError):
    """Another worker has the trial: this one writes nothing more."""


class FolderLost(LeaseLost):
    """The run folder was removed, or another one stands in its place."""


def lease_seconds() -> float:
    """The length of this process's leases."""
    return float(os.environ.get(_SECONDS_VARIABLE, LEASE_SECONDS))


def new_attempt() -> str:
    """A name for an attempt that no other has."""
    return secrets.token_hex(8)


class Fence:
    """What one attempt asks before it writes. Its worker's threads may share it."""

    def __init__(
        self, study: FerStudy, trial: optuna.Trial, attempt: str, run: Path, lock: IO[str]
    ) -> None:
        self._study = study
        self._trial = study.stored(trial)  # threads must not share an optuna.Trial
        self._attempt = attempt
        self._run = run
        self._lock = lock
        self._lease = lease_seconds()
        self._renewed = self._verified = _clock()
        self._renewing = threading.Lock()
        self._lost = False

    def renew(self) -> None:
        """Check the name in the storage, and renew the lease.

        Raises:
            LeaseLost: it is another attempt's.
        """
        with self._renewing:
            now = _clock()
            self._verify(now)
            self._study.heartbeat(self._trial)
            self._renewed = now

    def check_step(self) -> None:
        """Check at a step: it costs microseconds, unless the process was stopped.

        Raises:
            LeaseLost: another attempt has the trial.
        """
        self._check_folder()
        if _clock() - self._renewed > 2 * self._lease / RENEWALS:
            with contextlib.suppress(*TRANSIENT_ERRORS):  # before it writes it will insist
                self._verify(_clock())

    def check_write(self) -> None:
        """Check before a write.

        Raises:
            LeaseLost: another attempt has the trial.
            TRANSIENT_ERRORS: the storage has not answered for most of a lease.
        """
        self._check_folder()
        now = _clock()
        if now - self._verified < self._lease / _TRUST:
            return
        try:
            self._verify(now)
        except TRANSIENT_ERRORS:
            if now - self._renewed > 0.8 * self._lease:
                raise

    @contextlib.contextmanager
    def end(self) -> Iterator[None]:
        """Hold the storage's lock, to end the trial as this attempt's.

        Raises:
            LeaseLost: another attempt has the trial.
        """
        with self._study.opened.lock():
            self._verify(_clock())
            yield

    def _verify(self, now: float) -> None:
        owner = attributes_of(self._study.stored(self._trial)).owner
        self._lost = self._lost or owner is None or owner.attempt != self._attempt
        self._check_lost()
        self._verified = now

    def _check_folder(self) -> None:
        self._check_lost()
        if not holds_lock(self._run, self._lock):
            raise FolderLost(
                f"trial {self._trial.number}: the lock in {self._run} was removed, or another "
                f"worker's is there: this one goes on with another trial"
            )

    def _check_lost(self) -> None:
        if self._lost:
            raise LeaseLost(
                f"trial {self._trial.number}: another worker took it, as this one was silent for "
                f"{self._lease:g} s: this one goes on with another trial"
            )


def _clock() -> float:
    """Seconds, those in which the machine slept too where the system counts them."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)

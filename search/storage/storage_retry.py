"""Retry while a storage is locked, restarts, or cannot be reached for a moment."""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import optuna
import sqlalchemy

from fer.errors import FerError, MachineFault
from search.storage.machine_faults import machine_fault

TRANSIENT_ERRORS = (
    optuna.exceptions.StorageInternalError,
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
)
"""Optuna wraps what its sessions raise; the storage's lock has a connection of its own."""

RETRY_SECONDS = 5.0
GIVE_UP_SECONDS = 600.0

T = TypeVar("T")


def retry(call: Callable[[], T], check: Callable[[], None]) -> T:
    """Call until the storage answers, and return the result.

    Args:
        check: called several times a second between attempts; what it raises ends the retries, so
            that a signal is not held up. (tenacity sleeps through the whole pause.)

    Raises:
        FerError: the storage has not answered for ten minutes.
        MachineFault: its disk is full or read-only.
    """
    began = time.monotonic()
    reported = False
    while True:
        try:
            return call()
        except TRANSIENT_ERRORS as error:
            if fault := machine_fault(error):
                raise MachineFault(fault) from error
            if time.monotonic() - began > GIVE_UP_SECONDS:
                raise FerError(f"the storage does not answer: {reason(error)}") from error
            if not reported:
                print(f"fer: the storage: {reason(error)}; trying again", file=sys.stderr)
            reported = True
        pause(check)


def pause(check: Callable[[], None]) -> None:
    """Give a storage time to recover."""
    until = time.monotonic() + RETRY_SECONDS
    check()
    while time.monotonic() < until:
        time.sleep(min(0.25, RETRY_SECONDS))
        check()


def reason(error: BaseException) -> str:
    """The database's own message, in one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    return (str(error).strip().splitlines() or [type(error).__name__])[0]

"""Errors of a storage that pass: a database that is locked, restarts, or is out of reach."""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import optuna
import sqlalchemy

from fer.errors import FerError

PASSING = (
    optuna.exceptions.StorageInternalError,
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
)
"""Optuna wraps what its sessions raise; the storage's lock has a connection of its own."""

RETRY_SECONDS = 5.0
PATIENCE_SECONDS = 600.0

T = TypeVar("T")


def patiently(call: Callable[[], T], check: Callable[[], None]) -> T:
    """What ``call`` returns, once the storage answers.

    Args:
        check: called before each new attempt; what it raises comes out of here.

    Raises:
        FerError: the storage has not answered for ten minutes.
    """
    began = time.monotonic()
    said = False
    while True:
        try:
            return call()
        except PASSING as error:
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise FerError(f"the storage does not answer: {reason(error)}") from error
            if not said:
                print(f"fer: the storage: {reason(error)}; trying again", file=sys.stderr)
            said = True
        wait(check)


def wait(check: Callable[[], None]) -> None:
    """Give a storage time to recover."""
    until = time.monotonic() + RETRY_SECONDS
    check()
    while time.monotonic() < until:
        time.sleep(min(0.25, RETRY_SECONDS))
        check()


def reason(error: BaseException) -> str:
    """What the database itself said, in one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    return (str(error).strip().splitlines() or [type(error).__name__])[0]

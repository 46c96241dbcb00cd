"""Watching the leases of other workers' trials, by this process's own clock.

A worker renews the heartbeat of its trial while it is alive. A lease has run out when this process
has seen one and the same heartbeat for longer than the lease. The times in the heartbeats are not
compared with any clock, so that clocks an hour apart do no harm.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from optuna.trial import FrozenTrial

from search.storage.attributes import attributes_of

RENEWALS = 6
"""A lease is renewed so many times within its length."""

_LOOKS = 4
"""The time between two looks counts as no more than this part of a lease.

A process that was stopped itself, or that the storage kept waiting, has not seen anybody's silence
in that time.
"""


@dataclass(frozen=True)
class _Seen:
    """A trial's heartbeat: since when this process sees it, and whether it saw the one before."""

    attempt: str
    beat: object
    at: float
    silent: float
    lease: float
    renewed: bool


class LeaseWatch:
    """Remembers the heartbeats of the running trials. Threads may share it."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}
        self._lock = threading.Lock()

    def look(self, running: Iterable[FrozenTrial]) -> None:
        """Compare the heartbeats of all running trials, as just read, with those before.

        Not to be read by a transaction that does not wait for writers: while those are held up,
        nobody can renew a lease.
        """
        now = time.monotonic()
        with self._lock:
            before, self._seen = self._seen, {}
            for trial in running:
                if seen := _compared(trial, before.get(trial.number), now):
                    self._seen[trial.number] = seen

    def has_run_out(self, trial: FrozenTrial) -> bool:
        """Whether a trial's lease had run out at the last look."""
        seen = self._seen.get(trial.number)
        return seen is not None and seen.silent >= seen.lease

    def is_renewed(self, trial: FrozenTrial) -> bool:
        """Whether a trial's worker has shown lately that it is alive."""
        seen = self._seen.get(trial.number)
        return seen is not None and seen.renewed and seen.silent < seen.lease / 2


def _compared(trial: FrozenTrial, before: _Seen | None, now: float) -> _Seen | None:
    attributes = attributes_of(trial)
    owner, beat = attributes.owner, attributes.heartbeat
    if owner is None:
        return None
    if before is None or before.attempt != owner.attempt:
        return _Seen(owner.attempt, beat, now, 0.0, owner.lease, renewed=False)
    if before.beat != beat:
        return _Seen(owner.attempt, beat, now, 0.0, owner.lease, renewed=True)
    silent = before.silent + min(now - before.at, owner.lease / _LOOKS)
    return _Seen(owner.attempt, beat, now, silent, owner.lease, before.renewed)

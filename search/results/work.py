"""When workers trained a trial, without its pauses, and what the attempts took of the machine."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from search.results.trials import TrialRecord
from search.storage.sessions import Session

SLACK = 5.0
"""Seconds that a trial takes besides its epochs: to start, to write its model, to be recorded."""


@dataclass(frozen=True)
class WorkSpan:
    """A time in which a worker had a trial.

    Attributes:
        began, ended: in UTC.
        host: of the worker.
        exact: whether the times are known. An earlier version stored the seconds of training and
            not when a trial paused: then the span has their length, and begins with the trial.
    """

    trial: TrialRecord
    began: datetime.datetime
    ended: datetime.datetime
    host: str
    exact: bool = True

    @property
    def seconds(self) -> float:
        """Its length."""
        return (self.ended - self.began).total_seconds()


def work_on(trial: TrialRecord) -> tuple[WorkSpan, ...]:
    """The spans of a trial, oldest first; a pause lies between two, and in none of them."""
    known = [WorkSpan(trial, a.began, a.ended, a.host) for a in trial.attempts]
    before = _before_attempts(trial)
    return tuple([before, *known] if before else known)


def _before_attempts(trial: TrialRecord) -> WorkSpan | None:
    """The work that an earlier version did, whose times are not stored."""
    if trial.began is None:
        return None
    trained = trial.seconds or 0.0
    slack = max(SLACK, 0.05 * trained)
    if trial.attempts:
        unknown = trained - sum(attempt.seconds for attempt in trial.attempts)
        if unknown <= slack:
            return None
    else:
        unknown = trained
        if (
            trial.ended
            and trained <= (trial.ended - trial.began).total_seconds() <= trained + slack
        ):
            return WorkSpan(trial, trial.began, trial.ended, trial.host)
    ended = trial.began + datetime.timedelta(seconds=unknown)
    return WorkSpan(trial, trial.began, ended, trial.host, exact=False)


def worker_seconds(sessions: Sequence[Session]) -> float:
    """Seconds that the workers of all sessions had, each worker counted."""
    return sum(s.workers * (s.heartbeat - s.began).total_seconds() for s in sessions)


def peak_memory(trial: TrialRecord) -> int | None:
    """The most resident bytes that its worker had in an attempt; None where it is not known."""
    return max((a.peak_memory for a in trial.attempts if a.peak_memory is not None), default=None)


def mean_load(trial: TrialRecord) -> float | None:
    """The machine's load average, mean over the time of the attempts; None where not known."""
    return _mean([(a.load, a.seconds) for a in trial.attempts if a.load is not None])


def load_per_core(trial: TrialRecord) -> float | None:
    """The same, divided by the cores that the worker may use; above 1, processes waited."""
    return _mean([(a.load / a.cores, a.seconds) for a in trial.attempts if a.load is not None])


def _mean(loads: Sequence[tuple[float, float]]) -> float | None:
    total = sum(seconds for _, seconds in loads)
    return sum(load * seconds for load, seconds in loads) / total if total else None

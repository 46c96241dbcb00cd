"""The seconds in which a study ran: what its sessions cover, each moment counted once."""

import datetime
from collections.abc import Sequence

from search.storage.sessions import Session


def active_seconds(sessions: Sequence[Session]) -> float:
    """Seconds in which at least one session ran, on any machine.

    Args:
        sessions: oldest first.
    """
    return _covered([(session.began, session.heartbeat) for session in sessions])


def active_until(sessions: Sequence[Session], when: datetime.datetime) -> float:
    """Seconds before ``when`` (UTC) in which at least one session ran.

    Args:
        sessions: oldest first. The last heartbeat of the latest may be older than a trial that has
            just ended in it, so that session counts up to ``when``.
    """
    spans = [(session.began, min(when, session.heartbeat)) for session in sessions[:-1]]
    spans += [(session.began, when) for session in sessions[-1:]]
    return _covered(spans)


def _covered(spans: Sequence[tuple[datetime.datetime, datetime.datetime]]) -> float:
    total, end = 0.0, datetime.datetime.min
    for began, stopped in spans:
        start = max(began, end)
        if stopped > start:
            total += (stopped - start).total_seconds()
            end = stopped
    return total

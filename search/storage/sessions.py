"""Sessions: the spans of time in which a study ran, from which its hours are counted."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fer.clock import utc_now
from search.storage.attributes import Owner
from search.storage.process_identity import process_identity
from search.storage.study import FerStudy

PREFIX = "session:"
"""Of the keys of the study's attributes; the session's id follows."""


@dataclass(frozen=True)
class Session:
    """One start of ``fer search run``, or of a worker on its own.

    Attributes:
        began, heartbeat: when it started, and when it last recorded that it runs; UTC.
    """

    id: str
    began: datetime.datetime
    heartbeat: datetime.datetime
    workers: int
    command: str


def begin_session(study: FerStudy, workers: int, command: str) -> str:
    """Record that a session began; returns its id."""
    began = utc_now().isoformat()
    session = f"{began}/{process_identity()}"
    values = {"began": began, "beat": began, "workers": workers, "command": command}
    study.set_user_attr(PREFIX + session, values)
    return session


def has_no_supervisor(owner: Owner) -> bool:
    """Whether a trial's owner is a worker on its own, which began its session itself."""
    return owner.session.endswith(f"/{owner.process}")


def session_heartbeat(study: FerStudy, session: str) -> None:
    """Record that a session is still running."""
    key = PREFIX + session
    study.set_user_attr(key, study.user_attrs[key] | {"beat": utc_now().isoformat()})


def sessions(study: FerStudy) -> list[Session]:
    """All sessions, oldest first."""
    return sessions_in(study.user_attrs)


def sessions_in(attributes: Mapping[str, Any]) -> list[Session]:
    """The sessions among a study's attributes, oldest first."""
    stored = [
        Session(
            id=key.removeprefix(PREFIX),
            began=datetime.datetime.fromisoformat(value["began"]),
            heartbeat=datetime.datetime.fromisoformat(value["beat"]),
            workers=value["workers"],
            command=value["command"],
        )
        for key, value in attributes.items()
        if key.startswith(PREFIX)
    ]
    return sorted(stored, key=lambda session: session.began)

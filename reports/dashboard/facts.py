"""Facts on a study, each in a few words, for its note, its attributes and the top of its page."""

import datetime
from collections.abc import Mapping
from typing import Any

from fer.formatting import count, duration
from fer.wording import counted
from search.results.ending import has_ended
from search.results.pace import seconds_left
from search.results.snapshot import Snapshot
from search.results.trial_counts import states_in_words, trials_in_words

SILENT_SECONDS = 60.0
"""A session that has recorded nothing for so long has ended: it records every 5 seconds."""


def budget(study: Snapshot) -> str:
    """Trials, epochs and time that the study has used, of those it may use."""
    limits = study.limits.budget
    started, epochs, used = len(study.started), study.epochs_run, duration(study.seconds)
    return ", ".join(
        [
            f"{started} of {limits.trials} trials" if limits.trials else count(started, "trial"),
            f"{epochs} of {limits.epochs} epochs" if limits.epochs else count(epochs, "epoch"),
            f"{used} of {counted(limits.hours, 'hour')}" if limits.hours else used,
        ]
    )


def state(study: Snapshot, now: datetime.datetime) -> str:
    """Whether the study runs, has ended or was interrupted. ``now``: in UTC."""
    last = max((session.heartbeat for session in study.sessions), default=None)
    if last is None:
        return "Not started"
    if study.ending and has_ended(study):
        return f"Ended: {study.ending.reason}"
    silent = (now - last).total_seconds() > SILENT_SECONDS
    if silent:
        return f"Interrupted at {last:%Y-%m-%d %H:%M} UTC; it can be resumed"
    left = seconds_left(study)
    return "Running" if left is None else f"Running, about {duration(left)} left"


def trials(study: Snapshot) -> str:
    """How many trials there are, and in which states."""
    if not study.started:
        return "no trial yet"
    return f"{trials_in_words(study)}: {states_in_words(study)}"


def faces(data: Mapping[str, Any] | None, held_out: int | None) -> str:
    """The source, the number of faces of each class, and how many of them are held out."""
    if not data:
        return "not read yet"
    classes = ", ".join(f"{number:,} {name}" for name, number in data["counts"].items())
    return f"{data['source']}: {classes}" + (f"; {held_out:,} of them held out" if held_out else "")

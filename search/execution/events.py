"""What happens in a study, for subscribers such as dashboards and notifications.

A package subscribes through the entry-point group ``fer.study_events``, as the sub-commands of
``fer`` do through ``fer.commands``:

    [project.entry-points."fer.study_events"]
    dashboard = "reports.dashboard.subscriber:subscribe"

The entry point is a function that takes the study and returns a ``Subscriber``. It is called once
when a process begins to work on a study: in the supervisor of ``fer search run``, and in every
worker. The supervisor trains nothing and keeps its memory for the workers: import torch, plotly and
the like in the methods that need them, not at the top of the module.

An error in a subscriber is logged once and never ends a trial or a study.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fer.errors import BadInput, Interrupted
from fer.faces.types import Faces
from search.storage.storage import Storage
from search.storage.study import FerStudy

if TYPE_CHECKING:
    from search.execution.leases import TrialLease

EVENTS = "fer.study_events"
DASHBOARD = "fer.study_dashboard"

_log = logging.getLogger("fer.search")


class Subscriber(Protocol):
    """Listens to one study in one process."""

    def trial_ending(self, lease: "TrialLease", faces: Faces, accuracy: float | None) -> None:
        """A trial is about to end, in the process that trained it.

        The storage still takes artifacts and attributes for it; for a finished trial it takes none.
        Failed and interrupted trials are not announced.

        Args:
            lease: the trial, its study, and its run folder with all files of the run.
            faces: the faces that it was trained on.
            accuracy: the validation accuracy that it ends with; None if it is pruned.
        """

    def tick(self) -> None:
        """Time has passed: several times a second in the supervisor, and after each trial of a
        worker on its own. Not called in the workers of a supervisor."""

    def session_ended(self) -> None:
        """The study starts no more trials in this session; called where ``tick`` is called."""


Subscribe = Callable[[FerStudy], Subscriber]


@dataclass
class StudyEvents:
    """Passes events on to all subscribers."""

    subscribers: dict[str, Subscriber] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)

    def trial_ending(self, lease: "TrialLease", faces: Faces, accuracy: float | None) -> None:
        """Announce a trial that is about to end; see ``Subscriber.trial_ending``."""
        for name, subscriber in self.subscribers.items():
            with self._logged(name, "trial_ending"):
                subscriber.trial_ending(lease, faces, accuracy)

    def tick(self) -> None:
        """Announce that time has passed."""
        for name, subscriber in self.subscribers.items():
            with self._logged(name, "tick"):
                subscriber.tick()

    def session_ended(self) -> None:
        """Announce the end of the session."""
        for name, subscriber in self.subscribers.items():
            with self._logged(name, "session_ended"):
                subscriber.session_ended()

    @contextlib.contextmanager
    def _logged(self, name: str, event: str) -> Iterator[None]:
        try:
            yield
        except Interrupted:  # from a signal's handler
            raise
        except Exception as error:
            if f"{name}.{event}" not in self._failed:
                self._failed.add(f"{name}.{event}")
                _log.warning("%s: %s: %s: %s", name, event, type(error).__name__, error)


def subscribe(study: FerStudy) -> StudyEvents:
    """The study's events, with every installed subscriber that can be loaded."""
    events = StudyEvents()
    for entry in entry_points(group=EVENTS):
        with events._logged(entry.name, "loading"):
            make: Subscribe = entry.load()
            events.subscribers[entry.name] = make(study)
    return events


Beside = Callable[[Storage, str, Path], contextlib.AbstractContextManager[str]]
"""Serves a dashboard of a study while the block runs, and yields its address.

Takes the storage, the study's name, and the folder that holds the studies' folders.
"""


def load_dashboard() -> Beside:
    """The dashboard that ``fer search run --dashboard`` starts, from the entry-point group
    ``fer.study_dashboard``.

    Raises:
        BadInput: none is installed.
    """
    for entry in entry_points(group=DASHBOARD):
        dashboard: Beside = entry.load()
        return dashboard
    raise BadInput("--dashboard: no dashboard is installed")

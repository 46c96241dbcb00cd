"""Subscribes the dashboard to a running study: artifacts as trials end, notes, figures.

Registered as an entry point of ``fer.study_events``; see ``search.execution.events``.
"""

from typing import TYPE_CHECKING

from fer.faces.types import Faces
from reports.dashboard.artifacts import attach
from reports.dashboard.publish import Publisher
from search.storage.study import FerStudy

if TYPE_CHECKING:
    from search.execution.leases import TrialLease


class DashboardSubscriber:
    """Keeps what optuna-dashboard shows of one study up to date."""

    def __init__(self, study: FerStudy) -> None:
        self._publisher = Publisher(study)

    def trial_ending(self, lease: "TrialLease", faces: Faces, accuracy: float | None) -> None:
        """Attach the run's files to the trial."""
        attach(lease, faces, accuracy)

    def tick(self) -> None:
        """Update notes and figures, if it is time to."""
        self._publisher()

    def session_ended(self) -> None:
        """Update notes and figures."""
        self._publisher.publish()


def subscribe(study: FerStudy) -> DashboardSubscriber:
    """Subscribe to a study's events."""
    return DashboardSubscriber(study)

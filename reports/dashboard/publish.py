"""Keeps a study's notes and figures in optuna-dashboard up to date while the study runs."""

import time

from fer.errors import Interrupted
from reports.dashboard.attribute_batch import AttributeBatch
from reports.dashboard.figures import figures
from reports.dashboard.log_once import log_once
from reports.dashboard.study_note import study_note
from reports.dashboard.trial_note import NO_BASELINE, trial_note
from reports.data.study_data import study_data
from search.results.snapshot import SnapshotReader
from search.storage.study import FerStudy

SHARE = 0.02
"""The share of the time that updates may take: after one of a second, there is none for 50."""
ENDED_SECONDS = 2.0
RUNNING_SECONDS = 30.0


class Publisher:
    """Called regularly, updates notes and figures when a trial has ended, and every 30 seconds.

    Runs in the supervisor, where there is one, which trains nothing.
    """

    def __init__(self, study: FerStudy) -> None:
        self._study = study
        self._reader = SnapshotReader(study)
        self._ended = -1
        self._noted: set[int] = set()
        self._updated = 0.0
        self._pause = 0.0

    def __call__(self) -> None:
        """Update, if it is time to; an error is logged, never raised."""
        elapsed = time.monotonic() - self._updated
        if self._ended >= 0 and elapsed < max(self._pause, ENDED_SECONDS):
            return
        try:
            ended = sum(trial.state.is_finished() for trial in self._study.everything())
        except Exception as error:
            log_once("reading the trials", error)
            return
        if ended != self._ended or elapsed >= RUNNING_SECONDS:
            self._ended = ended
            self.publish()

    def publish(self) -> None:
        """Update now; an error is logged, never raised."""
        began = time.monotonic()
        try:
            self._publish()
        except Interrupted:  # from a signal's handler
            raise
        except Exception as error:
            log_once("notes and figures", error)
        self._updated = time.monotonic()
        self._pause = (self._updated - began) / SHARE

    def _publish(self) -> None:
        snapshot = self._reader.read()
        data = study_data(snapshot)
        batch = AttributeBatch(self._study)
        batch.write_note(study_note(data, batch.note()))
        for trial in snapshot.listed:
            if not trial.state.finished or trial.id in self._noted:
                continue
            body, before = trial_note(snapshot, trial), batch.trial_note(trial.id)
            # A note from before this session may have been edited by a person.
            if not before or NO_BASELINE in before:
                batch.write_trial_note(trial.id, body)
            if NO_BASELINE not in body:
                self._noted.add(trial.id)
        for name, figure in figures(data).items():
            batch.write_figure(name, figure)
        batch.store()

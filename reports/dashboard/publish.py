"""Keeps a study's notes and figures up to date while it runs, without ever standing in its way."""

import time

from fer.errors import Interrupted
from reports.dashboard.attribute_batch import Draft
from reports.dashboard.figures import figures
from reports.dashboard.log_once import say_once
from reports.dashboard.notes import NO_BASELINE, study_note, trial_note
from search.storage.study import FerStudy

SHARE = 0.02
"""Of the time at most: after an update that took a second there is none for fifty."""
ENDED_SECONDS = 2.0
RUNNING_SECONDS = 30.0


class Publisher:
    """Called again and again, it updates when a trial has ended, or a while has passed.

    In a process that trains nothing where there is one: the supervisor's.
    """

    def __init__(self, study: FerStudy) -> None:
        self._study = study
        self._ended = -1
        self._noted: set[int] = set()
        self._last = 0.0
        self._rest = 0.0

    def __call__(self) -> None:
        """Update, if it is time to; an error is logged, never raised."""
        since = time.monotonic() - self._last
        if self._ended >= 0 and since < max(self._rest, ENDED_SECONDS):
            return
        try:
            ended = sum(trial.state.is_finished() for trial in self._study.everything())
        except Exception as error:
            say_once("reading the trials", error)
            return
        if ended != self._ended or since >= RUNNING_SECONDS:
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
            say_once("notes and figures", error)
        self._last = time.monotonic()
        self._rest = (self._last - began) / SHARE

    def _publish(self) -> None:
        study = self._study
        trials = study.everything()
        draft = Draft(study)
        draft.write_note(study_note(study, draft.note()))
        for trial in trials:
            if not trial.state.is_finished() or trial._trial_id in self._noted:
                continue
            body, before = trial_note(study, trial, trials), draft.trial_note(trial._trial_id)
            # One that was there when this session began may have been edited by a person.
            if not before or NO_BASELINE in before:
                draft.write_trial_note(trial._trial_id, body)
            if NO_BASELINE not in body:
                self._noted.add(trial._trial_id)
        for name, figure in figures(study).items():
            draft.write_figure(name, figure)
        draft.store()

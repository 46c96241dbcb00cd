"""Notes and figures of a study as optuna-dashboard stores them, written in one transaction."""

from collections.abc import Mapping
from typing import Any

from search.storage.trials import StudyWithStorage, TrialStudy, TrialWithStorage


class AttributeBatch:
    """Collects the study attributes that optuna-dashboard would write one by one.

    optuna-dashboard cuts notes and figures into rows of 2,045 characters, and stores each row by
    itself. Here, the rows that changed are stored in one transaction, and no page reads half a
    figure.
    """

    def __init__(self, study: TrialStudy) -> None:
        self._study = study
        self._stored: Mapping[str, Any] = study.study_attributes()
        self._changed: dict[str, Any] = {}

    def note(self) -> str:
        """The study's note."""
        from optuna_dashboard import get_note  # type: ignore[import-untyped]

        return str(get_note(StudyWithStorage(self._study.id, self)))

    def trial_note(self, trial_id: int) -> str:
        """A trial's note; empty where it has none."""
        from optuna_dashboard import get_note

        return str(get_note(TrialWithStorage(self._study.id, trial_id, self)))

    def write_note(self, body: str) -> None:
        """Replace the study's note, if it changed: each write increases its version."""
        from optuna_dashboard import save_note

        if body != self.note():
            save_note(StudyWithStorage(self._study.id, self), body)

    def write_trial_note(self, trial_id: int, body: str) -> None:
        """Replace a trial's note, if it changed."""
        from optuna_dashboard import save_note

        if body != self.trial_note(trial_id):
            save_note(TrialWithStorage(self._study.id, trial_id, self), body)

    def write_figure(self, name: str, figure: str) -> None:
        """Replace a figure. ``figure``: plotly's JSON."""
        from optuna_dashboard import save_plotly_graph_object

        save_plotly_graph_object(
            StudyWithStorage(self._study.id, self), _Json(figure), graph_object_id=name
        )

    def store(self) -> None:
        """Store what changed: all of it, or nothing."""
        changes = {
            key: value for key, value in self._changed.items() if self._stored.get(key) != value
        }
        if changes:
            self._study.store_study_attributes(changes)
            self._stored = {**self._stored, **changes}
        self._changed.clear()

    def set_study_system_attr(self, study_id: int, key: str, value: Any) -> None:
        """Called by optuna-dashboard, as on a storage."""
        self._changed[key] = value

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:
        """Called by optuna-dashboard, as on a storage."""
        return {**self._stored, **self._changed}


class _Json:
    """A figure for optuna-dashboard, which reads its JSON only."""

    def __init__(self, figure: str) -> None:
        self._figure = figure

    def to_json(self) -> str:
        return self._figure

"""Studies for the dashboard's own pages: read at each request, computed when they change."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from fer.errors import BadInput
from reports.data.study_data import StudyData, study_data
from reports.pages.study import study_page
from reports.rendering.html import render
from search.results.importance import Importance
from search.results.snapshot import read_snapshot
from search.storage.storage import Storage
from search.storage.study import open_study
from search.storage.trials import user_attributes_by_id

T = TypeVar("T")


class _Latest(Generic[T]):
    """The value that was computed last; requests for the same one wait and share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[Any, T] | None = None

    def get(self, key: Any, compute: Callable[[], T]) -> T:
        with self._lock:
            if self._known is None or self._known[0] != key:
                self._known = key, compute()
            return self._known[1]


class Studies:
    """The studies of a storage."""

    def __init__(self, storage: Storage) -> None:
        self._opened = storage
        self._report: _Latest[bytes] = _Latest()
        self._importances: _Latest[tuple[Importance, ...]] = _Latest()

    def read(self, study_id: int) -> StudyData | None:
        """A study by its id; None if there is none, or if ``fer`` did not start it."""
        try:
            name = self._opened.optuna.get_study_name_from_id(study_id)
            return study_data(read_snapshot(open_study(self._opened, name)))
        except (KeyError, BadInput):
            return None

    def attributes(self, study_id: int) -> dict[str, Any]:
        """The attributes of a study that there is."""
        return self._opened.optuna.get_study_user_attrs(study_id)

    def all_attributes(self) -> dict[int, dict[str, Any]]:
        """The attributes of every study, by its id."""
        return user_attributes_by_id(self._opened.optuna)

    def importances(self, study_id: int, data: StudyData) -> tuple[Importance, ...]:
        """The importances that the report and the note give; computed when a trial has ended."""
        ended = tuple(trial for trial in data.snapshot.searched if trial.state.finished)
        return self._importances.get((study_id, ended), lambda: data.importances)

    def report(self, study_id: int, data: StudyData) -> bytes:
        """The report that ``fer report study`` writes; rendered when the study has changed."""
        study = data.snapshot
        starts = [session.began for session in study.sessions]
        key = study_id, study.trials, starts, study.limits, study.ending, study.confirmation
        return self._report.get(key, lambda: render(study_page(data)).encode())

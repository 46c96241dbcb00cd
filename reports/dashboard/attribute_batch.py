"""Notes and figures of a study, as optuna-dashboard stores them, stored together."""

import json
from typing import Any

import optuna
from optuna.storages import BaseStorage, JournalStorage
from optuna.storages._cached_storage import _CachedStorage


class Draft:
    """Collects what optuna-dashboard would store in the study piece by piece.

    It cuts notes and figures into rows of 2,045 characters, and stores each on its own. Together,
    what has changed takes one transaction, and no page sees half a figure.
    """

    def __init__(self, study: optuna.Study) -> None:
        self._storage: BaseStorage = study._storage
        self._study_id = study._study_id
        self._before = self._storage.get_study_system_attrs(self._study_id)
        self._after: dict[str, Any] = {}

    def note(self) -> str:
        """The study's note as it stands."""
        from optuna_dashboard import get_note  # type: ignore[import-untyped]

        return str(get_note(_Target(self)))

    def trial_note(self, trial_id: int) -> str:
        """A trial's note as it stands; empty where it has none."""
        from optuna_dashboard import get_note

        return str(get_note(_TrialTarget(self, trial_id)))

    def write_note(self, body: str) -> None:
        """Replace the study's note, if it changed: each write has a version."""
        from optuna_dashboard import save_note

        if body != self.note():
            save_note(_Target(self), body)

    def write_trial_note(self, trial_id: int, body: str) -> None:
        """Replace a trial's note, if it changed."""
        from optuna_dashboard import save_note

        if body != self.trial_note(trial_id):
            save_note(_TrialTarget(self, trial_id), body)

    def write_figure(self, name: str, figure: str) -> None:
        """Replace a figure. ``figure``: plotly's JSON."""
        from optuna_dashboard import save_plotly_graph_object

        save_plotly_graph_object(_Target(self), _Json(figure), graph_object_id=name)

    def store(self) -> None:
        """Store what changed, all of it or nothing."""
        changed = {
            key: value for key, value in self._after.items() if self._before.get(key) != value
        }
        if not changed:
            return
        if isinstance(self._storage, _CachedStorage):
            _store_in_database(self._storage, self._study_id, changed)
        elif isinstance(self._storage, JournalStorage):
            _store_in_journal(self._storage, self._study_id, changed)
        else:
            for key, value in changed.items():
                self._storage.set_study_system_attr(self._study_id, key, value)
        self._before = self._before | changed
        self._after.clear()

    def set_study_system_attr(self, study_id: int, key: str, value: Any) -> None:
        """What optuna-dashboard calls, in place of the storage's."""
        self._after[key] = value

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:
        """What optuna-dashboard calls, in place of the storage's."""
        return self._before | self._after


class _Target(optuna.Study):
    """A study to optuna-dashboard, whose storage is the draft."""

    def __init__(self, draft: Draft) -> None:
        self._storage = draft  # type: ignore[assignment]
        self._study_id = draft._study_id


class _TrialTarget:
    """A trial to optuna-dashboard, whose storage is the draft."""

    def __init__(self, draft: Draft, trial_id: int) -> None:
        self.storage = draft
        self.study = _Target(draft)
        self._trial_id = trial_id


class _Json:
    """A figure to optuna-dashboard, which wants its JSON alone: plotly takes a second to import."""

    def __init__(self, figure: str) -> None:
        self._figure = figure

    def to_json(self) -> str:
        return self._figure


def _store_in_database(storage: _CachedStorage, study_id: int, changed: dict[str, Any]) -> None:
    from optuna.storages._rdb.models import StudySystemAttributeModel as Row
    from optuna.storages._rdb.storage import _create_scoped_session

    # Another session that writes the same key at the same moment wins; the next draft sees it.
    with _create_scoped_session(storage._backend.scoped_session, True) as session:
        rows = {str(row.key): row for row in Row.where_study_id(study_id, session)}
        for key, value in changed.items():
            if key in rows:
                rows[key].value_json = json.dumps(value)
            else:
                session.add(Row(study_id=study_id, key=key, value_json=json.dumps(value)))


def _store_in_journal(storage: JournalStorage, study_id: int, changed: dict[str, Any]) -> None:
    from optuna.storages.journal._storage import JournalOperation

    with storage._thread_lock:
        storage._backend.append_logs(
            [
                {
                    "op_code": JournalOperation.SET_STUDY_SYSTEM_ATTR,
                    "worker_id": storage._replay_result.worker_id,
                    "study_id": study_id,
                    "system_attr": {key: value},
                }
                for key, value in changed.items()
            ]
        )
        storage._sync_with_backend()

"""The trials of a study: made, kept alive, taken over and failed here, and nowhere else.

With ``backends/trials_database.py``, which reads them, this is the only module that uses what
Optuna keeps private, where there is no public way:
``Study._get_trials`` is what samplers and pruners read trials by, ``Study._thread_local`` caches
them for the length of one trial, optuna-dashboard reads the private fields of studies and trials,
and several study attributes in one transaction need the storages' own sessions.
tests/search/storage/test_trials.py checks each against the installed version; pyproject.toml bounds
that version.
"""

import contextlib
import copy
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, Unpack

import optuna
from optuna.pruners import BasePruner
from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, RDBStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from fer.clock import utc_now
from fer.wording import counted
from search.storage.attributes import Changes, attributes_of, encode, is_baseline, is_of_space
from search.storage.repeats import merged


def searched(trials: Iterable[FrozenTrial]) -> list[FrozenTrial]:
    """The trials of the search space: neither the baseline nor another run of a trial's recipe."""
    return [trial for trial in trials if is_of_space(trial)]


def baselines(trials: Iterable[FrozenTrial]) -> list[FrozenTrial]:
    """The trials that train the baseline: one, and those that failed before it."""
    return [trial for trial in trials if is_baseline(trial)]


def baseline(trials: Iterable[FrozenTrial]) -> FrozenTrial | None:
    """The baseline, if it ran to its end."""
    complete = (trial for trial in baselines(trials) if trial.state == TrialState.COMPLETE)
    return next(complete, None)


def as_pruned(trial: FrozenTrial) -> FrozenTrial:
    """An audited trial as it would be, had the pruner stopped it; any other as it is.

    So an audit changes neither what is sampled next nor what is pruned next.
    """
    epoch = trial.user_attrs.get("audited")
    if epoch is None:
        return trial
    curve = {step: value for step, value in trial.intermediate_values.items() if step <= epoch}
    pruned = copy.copy(trial)
    pruned.state = TrialState.PRUNED
    pruned.intermediate_values = curve
    pruned.values = [curve[max(curve)]]
    return pruned


def recipes_of(trials: Iterable[FrozenTrial], runs: int) -> list[FrozenTrial]:
    """The trials without repeats, each with the outcome of all of its ``runs``.

    An audited trial has one run, and no mean over all of them: it counts as pruned.
    """
    return list(trials) if runs == 1 else merged(map(as_pruned, trials), runs)


def trial_id(trial: FrozenTrial | optuna.Trial) -> int:
    """The storage's id of a trial, which counts the trials of all studies."""
    return trial._trial_id


def system_attributes(trial: FrozenTrial) -> Mapping[str, Any]:
    """A trial's system attributes, such as those of its artifacts."""
    return trial._system_attrs


class TrialStudy(optuna.Study):
    """A study whose samplers and pruners see the trials of the space only.

    Everything that Optuna's parts ask of a study (``get_trials``, ``trials``, ``best_trial``)
    leaves out the baseline and repeated runs, gives each trial the outcome of all of its ``runs``,
    and shows an audited trial as one that was pruned; ``everything`` does none of this.
    """

    def __init__(
        self,
        name: str,
        storage: BaseStorage,
        pruner: BasePruner | None = None,
        runs: int = 1,
    ) -> None:
        super().__init__(name, storage, pruner=pruner)
        self._runs = runs
        self._stored_in = storage
        self.id: int = storage.get_study_id_from_name(name)

    def _get_trials(
        self,
        deepcopy: bool = True,
        states: Container[TrialState] | None = None,
        use_cache: bool = False,
    ) -> list[FrozenTrial]:
        # All states: trials with several runs and audited ones are shown in another than their own.
        trials = map(as_pruned, super()._get_trials(False, None, use_cache))
        shown = searched(merged(trials, self._runs))
        if states is not None:
            shown = [trial for trial in shown if trial.state in states]
        return copy.deepcopy(shown) if deepcopy else shown

    def _get_best_trial(self, deepcopy: bool = True) -> FrozenTrial:
        complete = self.get_trials(deepcopy, (TrialState.COMPLETE,))
        if not complete:
            raise ValueError("no trial of the space is complete yet")  # as Optuna's own does
        return max(complete, key=lambda trial: trial.values[0])

    def everything(self) -> list[FrozenTrial]:
        """All trials by number, the baseline too. Not to be changed."""
        return self._stored_in.get_all_trials(self.id, deepcopy=False)

    def recipes(self) -> list[FrozenTrial]:
        """The same without repeats, each trial with the outcome of all of its runs."""
        return recipes_of(self.everything(), self._runs)

    def running(self) -> list[FrozenTrial]:
        """The trials in state RUNNING, by number, whether their worker is alive or not."""
        return [trial for trial in self.everything() if trial.state == TrialState.RUNNING]

    def stored_epochs(self, trial: optuna.Trial) -> set[int]:
        """The epochs that a trial has reported, over all of its starts."""
        return set(self._stored_in.get_trial(trial_id(trial)).intermediate_values)

    def outcome(self, trial: optuna.Trial) -> str:
        """One line with a trial's state, accuracy and reason."""
        stored = self._stored_in.get_trial(trial_id(trial))
        last = stored.intermediate_values.get(stored.last_step or 0)
        accuracy = (
            ""
            if last is None
            else f", {100 * last:.2f} % after {counted(stored.last_step or 0, 'epoch')}"
        )
        attributes = attributes_of(stored)
        reason = attributes.reason or attributes.stopped
        return f"trial {stored.number}: {stored.state.name.lower()}{accuracy}" + (
            f": {reason}" if reason else ""
        )

    def start_trial(
        self, role: str, *, group: int | None = None, pair: int | None = None
    ) -> optuna.Trial:
        """Make a running trial.

        From a template: trial, role and the other attributes are stored in one transaction.
        """
        attributes: Changes = {"role": role}
        if group is not None:
            attributes["group"] = group
        if pair is not None:
            attributes["pair"] = pair
        template = optuna.trial.create_trial(
            state=TrialState.RUNNING, user_attrs=encode(attributes)
        )
        return self._open(self._stored_in.create_new_trial(self.id, template))

    def take_over(self, trial: FrozenTrial) -> optuna.Trial:
        """Go on with a running trial, whose parameters stay as they are."""
        return self._open(trial_id(trial))

    def _open(self, id: int) -> optuna.Trial:
        # As `ask` does: what the samplers saw for the trial before is out of date.
        self._thread_local.cached_all_trials = None
        return optuna.Trial(self, id)

    def store(self, trial: FrozenTrial | optuna.Trial, **changes: Unpack[Changes]) -> None:
        """Store attributes of a trial that has not ended.

        Raises:
            optuna.exceptions.UpdateFinishedTrialError: it has.
        """
        for key, value in encode(changes).items():
            if isinstance(trial, optuna.Trial):
                trial.set_user_attr(key, value)  # which its own copy sees, too
            else:
                self._stored_in.set_trial_user_attr(trial_id(trial), key, value)

    def heartbeat(self, trial: FrozenTrial | optuna.Trial) -> None:
        """Record that the trial's worker is alive."""
        self.store(trial, heartbeat=utc_now())

    def stored(self, trial: FrozenTrial | optuna.Trial) -> FrozenTrial:
        """A trial as it is in the storage now. Not to be changed."""
        return self._stored_in.get_trial(trial_id(trial))

    def fail(self, trial: FrozenTrial | optuna.Trial, reason: str) -> None:
        """End a trial as failed, with the reason, unless it has ended already."""
        with contextlib.suppress(optuna.exceptions.UpdateFinishedTrialError):
            self.store(trial, reason=reason)
            self.tell(trial.number, state=TrialState.FAIL, skip_if_finished=True)

    def study_attributes(self) -> Mapping[str, Any]:
        """The system attributes of the study, among them the notes and figures of its dashboard."""
        return self._stored_in.get_study_system_attrs(self.id)

    def store_study_attributes(self, changes: Mapping[str, Any]) -> None:
        """Store several system attributes of the study at once: all of them or none.

        Of two processes that store the same key at the same moment the later one wins.
        """
        storage = self._stored_in
        if isinstance(storage, JournalStorage):
            _store_in_journal(storage, self.id, changes)
        elif (database := database_of(storage)) is not None:
            _store_in_database(database, self.id, changes)
        else:
            for key, value in changes.items():
                storage.set_study_system_attr(self.id, key, value)


def user_attributes_by_id(storage: BaseStorage) -> dict[int, dict[str, Any]]:
    """The user attributes of every study, by its id."""
    return {study._study_id: study.user_attrs for study in storage.get_all_studies()}


def database_of(storage: BaseStorage) -> RDBStorage | None:
    """The database of a storage, behind Optuna's cache; None if it is no database."""
    if isinstance(storage, RDBStorage):
        return storage
    inner = getattr(storage, "_backend", None)
    return inner if isinstance(inner, RDBStorage) else None


class SampleStudy(optuna.Study):
    """A study in memory of copies of given trials, some of them perhaps more than once."""

    def __init__(self, trials: Sequence[FrozenTrial]) -> None:
        storage = InMemoryStorage()
        storage.create_new_study([StudyDirection.MAXIMIZE], "sample")
        super().__init__("sample", storage)
        self._sample = [copy.copy(trial) for trial in trials]
        # Importance evaluators distinguish trials by their ids, which a resample repeats.
        for place, trial in enumerate(self._sample):
            trial._trial_id = place

    def _get_trials(self, *_: object, **__: object) -> list[FrozenTrial]:
        return self._sample


class StudyWithStorage(optuna.Study):
    """A study's id with another storage, as optuna-dashboard reads both from a study."""

    def __init__(self, study_id: int, storage: object) -> None:
        self._storage = storage  # type: ignore[assignment]
        self._study_id = study_id


class TrialWithStorage:
    """A trial's id with another storage, as optuna-dashboard reads both from a trial."""

    def __init__(self, study_id: int, trial_id: int, storage: object) -> None:
        self.storage = storage
        self.study = StudyWithStorage(study_id, storage)
        self._trial_id = trial_id


def _store_in_database(storage: RDBStorage, study_id: int, changes: Mapping[str, Any]) -> None:
    from optuna.storages._rdb.models import StudySystemAttributeModel as Row
    from optuna.storages._rdb.storage import _create_scoped_session

    with _create_scoped_session(storage.scoped_session, True) as session:
        rows = {str(row.key): row for row in Row.where_study_id(study_id, session)}
        for key, value in changes.items():
            if key in rows:
                rows[key].value_json = json.dumps(value)
            else:
                session.add(Row(study_id=study_id, key=key, value_json=json.dumps(value)))


def _store_in_journal(storage: JournalStorage, study_id: int, changes: Mapping[str, Any]) -> None:
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
                for key, value in changes.items()
            ]
        )
        storage._sync_with_backend()

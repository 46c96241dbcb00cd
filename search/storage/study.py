"""A study in the storage: created once, opened by name."""

import contextlib
from collections.abc import Mapping
from typing import Any

from optuna.study import StudyDirection

from fer.errors import BadInput
from fer.validation import nearest, parse
from search.config.definition import Definition, load_definition
from search.config.limits import StudyLimits
from search.config.pruners import build_pruner
from search.storage.per_trial_sampler import PerTrialSampler
from search.storage.storage import MissingStorageError, Storage
from search.storage.trials import TrialStudy


class FerStudy(TrialStudy):
    """A study of recipes: its definition, its limits, and the storage that it was opened in."""

    def __init__(self, storage: Storage, definition: Definition) -> None:
        pruner = build_pruner(definition.pruner, definition.trial_epochs)
        super().__init__(definition.name, storage.optuna, pruner, definition.objective.runs)
        self.sampler = PerTrialSampler(self, definition.sampler, definition.space, definition.seed)
        self.opened = storage
        self.definition = definition

    def stop(self) -> None:
        """Do nothing: ``search.execution.budget`` ends an exhausted grid, no loop of Optuna's."""

    @property
    def limits(self) -> StudyLimits:
        """The budget and stop rules of the latest start.

        Raises:
            BadInput: the process that created the study was killed before it had stored them.
        """
        return limits_in(self.user_attrs, self)


def limits_in(attributes: Mapping[str, Any], study: FerStudy) -> StudyLimits:
    """The limits among a study's attributes.

    Raises:
        BadInput: the process that created the study was killed before it had stored them.
    """
    stored = attributes.get("limits")
    if stored is None:
        raise BadInput(
            f"study {study.study_name} in {study.opened.shown}: was never fully started: run "
            f"`fer search run` with its file, or the name that ships, again"
        )
    return parse(StudyLimits, stored, f"study {study.study_name}: limits")


def create_or_open(storage: Storage, definition: Definition, limits: StudyLimits) -> FerStudy:
    """Create the study, or open it if it exists and has the same definition.

    Raises:
        BadInput: the storage holds another study of this name.
    """
    with storage.lock():
        if definition.name not in study_names(storage):
            storage.optuna.create_new_study([StudyDirection.MAXIMIZE], definition.name)
        study_id = storage.optuna.get_study_id_from_name(definition.name)
        if not _begun(storage, study_id):  # also where the process that made it died right here
            storage.optuna.set_study_user_attr(study_id, "definition", definition.dump())
        stored = stored_definition(storage, definition.name)
        if differences := stored.differences(definition):
            raise BadInput(
                f"study {definition.name}: its {' and '.join(differences)} changed since it began "
                f"in {storage.shown}: give the study a new name, or use another --storage"
            )
        study = FerStudy(storage, definition)
        study.set_user_attr("limits", limits.model_dump(mode="json"))
        return study


def open_study(storage: Storage, name: str) -> FerStudy:
    """Open a study that has been started.

    Raises:
        BadInput: the storage holds no such study, or one that `fer` did not make.
    """
    return FerStudy(storage, stored_definition(storage, name))


def stored_definition(storage: Storage, name: str) -> Definition:
    """The definition that a study was started with."""
    known = study_names(storage)
    if name not in known:
        hint = nearest(name, known) if known else "it holds none yet"
        raise BadInput(f"study {name}: not in {storage.shown}: {hint}")
    study_id = storage.optuna.get_study_id_from_name(name)
    dumped = storage.optuna.get_study_user_attrs(study_id).get("definition")
    if dumped is None:
        raise BadInput(f"study {name} in {storage.shown}: was not started by `fer search run`")
    return load_definition(dumped, f"study {name} in {storage.shown}")


def _begun(storage: Storage, study_id: int) -> bool:
    attributes = storage.optuna.get_study_user_attrs(study_id)
    return "definition" in attributes or bool(storage.optuna.get_all_trials(study_id, False))


def study_names(storage: Storage) -> list[str]:
    """The names of the studies in a storage."""
    return [study.study_name for study in storage.optuna.get_all_studies()]


def is_begun(storage_url: str, name: str) -> bool:
    """Whether a storage holds a study of this name; a storage that is missing is not made."""
    with (
        contextlib.suppress(MissingStorageError),
        Storage(storage_url, create=False) as storage,
    ):
        return name in study_names(storage)
    return False

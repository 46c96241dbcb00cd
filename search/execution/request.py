"""What the user asked ``fer search run`` for, resolved to a definition and its limits."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from fer.errors import BadInput
from fer.validation import nearest, parse
from search.config.definition import Definition
from search.config.limits import Budget, StudyLimits
from search.config.study_file import find_study_file, read_study, shipped_studies
from search.storage.storage import MissingStorageError, Storage
from search.storage.study import open_study, study_names


@dataclass(frozen=True)
class Request:
    """The options of ``fer search run``; ``trials`` and ``hours`` replace the study's budget."""

    study: str
    source: str
    storage: str
    workers: int
    trials: int | None
    hours: float | None
    out: Path | None
    dashboard: bool = False

    def folder(self, name: str) -> Path:
        """The study's folder, which holds a run folder for each trial."""
        return (self.out or Path("runs")) / name


def resolve(request: Request) -> tuple[Definition, StudyLimits]:
    """The definition that a request means, from a file or the storage, and its limits.

    Raises:
        BadInput: there is no such study, or its file is wrong.
    """
    path = find_study_file(request.study)
    definition, limits = read_study(path) if path else _stored(request)
    options = {"trials": request.trials, "hours": request.hours}
    overrides = {name: value for name, value in options.items() if value is not None}
    budget = parse(Budget, limits.budget.model_dump() | overrides, "fer search run")
    return definition, limits.model_copy(update={"budget": budget})


def _stored(request: Request) -> tuple[Definition, StudyLimits]:
    known = shipped_studies()
    with (
        contextlib.suppress(MissingStorageError),
        Storage(request.storage, create=False) as storage,
    ):
        if request.study in study_names(storage):
            study = open_study(storage, request.study)
            return study.definition, study.limits
        known = sorted({*known, *study_names(storage)})
    raise BadInput(f"study {request.study}: no such study: {nearest(request.study, known)}")

"""``fer search run``, from a study's name to its results."""

import contextlib
import shlex
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import optuna
from rich.console import Console
from rich.live import Live

from fer.errors import BadInput
from fer.faces import load_faces, require_labels
from fer.validation import nearest, parse
from search.config.definition import Definition
from search.config.limits import Budget, StudyLimits
from search.config.study_file import find_study_file, read_study, shipped_studies
from search.execution import events
from search.execution.budget import ending
from search.execution.check_split import check_split, is_begun
from search.execution.supervisor import WORKER, Supervisor
from search.execution.worker import WorkerConfig
from search.results.snapshot import read_snapshot
from search.results.summary import refresh_results, write_results
from search.results.terminal import LiveView, best_trials, screen
from search.storage.storage import MissingStorageError, Storage, hide_passwords
from search.storage.storage_retry import retry
from search.storage.study import FerStudy, check_data, create_or_open, open_study, study_names


@dataclass(frozen=True)
class Request:
    """What the user asked for; ``trials`` and ``hours`` replace the study file's budget."""

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


def run_study(request: Request, worker: tuple[str, ...] = WORKER) -> None:
    """Run a study to the end of its budget, from wherever it stands, and write its results.

    Raises:
        Interrupted: a signal came; the same command goes on.
        BadInput: a study file, source or storage that cannot be used.
        FerError: too many failures in a row.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    definition, limits = resolve(request)
    # The storage is opened when all that was asked for is known to be right.
    faces = load_faces(request.source, "train", definition.recipe.classes)
    require_labels(faces, request.source, "train")
    if not is_begun(request.storage, definition.name):
        check_split(faces, definition.recipe, request.source)
    with Storage(request.storage) as storage:
        study = create_or_open(storage, definition, limits)
        check_data(study, request.source, faces)
        del faces
        _finish(study, request, worker)


def _finish(study: FerStudy, request: Request, worker: tuple[str, ...]) -> None:
    console = Console()
    folder = request.folder(study.study_name)
    places = {folder, request.out or folder}
    end = ending(study)
    if end and not end.failed and not study.running():
        console.print(f"study {study.study_name}: {end.reason}; nothing to do", highlight=False)
        for place in places:
            refresh_results(study, place)
    else:
        config = WorkerConfig(study.study_name, request.source, str(folder.absolute()), threads=1)
        listeners = events.subscribe(study)
        try:
            with contextlib.ExitStack() as stack:
                if request.dashboard:
                    serve = events.load_dashboard()
                    where = stack.enter_context(
                        serve(study.opened, study.study_name, folder.absolute().parent)
                    )
                    console.print(f"dashboard: {where}", highlight=False, soft_wrap=True)
                _supervise(study, config, request.workers, worker, console, listeners)
        finally:
            for place in places:
                retry(partial(write_results, study, place), check=lambda: None)
            listeners.session_ended()
    console.print(best_trials(read_snapshot(study)))
    console.print(f"results: {folder / 'summary.json'}", highlight=False, soft_wrap=True)


def resolve(request: Request) -> tuple[Definition, StudyLimits]:
    """The definition that a request means, from a file or the storage, and its limits.

    Raises:
        BadInput: there is no such study, or its file is wrong.
    """
    path = find_study_file(request.study)
    definition, limits = read_study(path) if path else _stored(request)
    asked = {"trials": request.trials, "hours": request.hours}
    asked = {name: value for name, value in asked.items() if value is not None}
    budget = parse(Budget, limits.budget.model_dump() | asked, "fer search run")
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


def _supervise(
    study: FerStudy,
    config: WorkerConfig,
    workers: int,
    worker: tuple[str, ...],
    console: Console,
    listeners: events.StudyEvents,
) -> None:
    view = LiveView(study, console)

    def show() -> None:
        view()
        listeners.tick()

    supervisor = Supervisor(study, config, workers, show, worker)
    command = hide_passwords(shlex.join(["fer", *sys.argv[1:]]))
    if not console.is_terminal:
        supervisor.run(command)
        return
    with Live(screen(read_snapshot(study)), console=console, auto_refresh=False) as view.live:
        supervisor.run(command)

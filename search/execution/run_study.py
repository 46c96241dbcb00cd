"""``fer search run``, from a study's name to its results."""

import contextlib
import os
import shlex
import sys
from functools import partial

import optuna
from rich.console import Console, Group
from rich.live import Live

from fer.errors import FerError
from fer.faces import load_faces, require_labels
from fer.wording import counted
from search.execution import events
from search.execution.announce import announce
from search.execution.budget import ending, only_failures
from search.execution.check_split import check_split
from search.execution.request import Request, resolve
from search.execution.supervisor import WORKER, Supervisor
from search.execution.worker import STORAGE_VARIABLE, WorkerConfig
from search.results.ablation_table import ablation_parts
from search.results.commands import with_option
from search.results.snapshot import read_snapshot
from search.results.summary import refresh_results, write_results
from search.results.terminal import LiveView, best_trials, print_answer, screen
from search.storage.passwords import hide_passwords
from search.storage.storage import Storage
from search.storage.storage_retry import retry
from search.storage.study import FerStudy, create_or_open, is_begun
from search.storage.study_faces import check_data


def run_study(request: Request, worker: tuple[str, ...] = WORKER) -> None:
    """Run a study to the end of its budget, from wherever it stands, and write its results.

    Raises:
        Interrupted: a signal came; the same command goes on.
        BadInput: a study file, source or storage that cannot be used.
        FerError: too many failures in a row, or every trial failed.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    definition, limits = resolve(request)
    announce(f"study {definition.name}: loading faces from {request.source}")
    # The storage is opened when all that was asked for is known to be right.
    faces = load_faces(request.source, "train", definition.recipe.classes)
    require_labels(faces, request.source, "train")
    if not is_begun(request.storage, definition.name):
        check_split(faces, definition, request.source)
    with Storage(request.storage) as storage:
        study = create_or_open(storage, definition, limits)
        check_data(study, request.source, faces)
        console = Console()
        console.print(
            f"study {study.study_name}: {counted(len(faces.images), 'face')} from "
            f"{request.source}, storage {storage.shown}",
            highlight=False,
            soft_wrap=True,
        )
        del faces
        if not _nothing_to_do(study, request, console):
            _train(study, request, worker, console)
        folder = request.folder(study.study_name)
        if failed := only_failures(study.recipes()):
            raise FerError(f"study {study.study_name}: {failed}")
        snapshot = read_snapshot(study)
        print_answer(snapshot, console)
        console.print(Group(best_trials(snapshot), *ablation_parts(snapshot)))
        console.print(f"results: {folder / 'summary.json'}", highlight=False, soft_wrap=True)


def _nothing_to_do(study: FerStudy, request: Request, console: Console) -> bool:
    end = ending(study)
    if end is None or end.failed or study.running():
        return False
    console.print(f"study {study.study_name}: {end.reason}; nothing to do", highlight=False)
    folder = request.folder(study.study_name)
    for place in {folder, request.out or folder}:
        refresh_results(study, place)
    return True


def _train(study: FerStudy, request: Request, worker: tuple[str, ...], console: Console) -> None:
    folder = request.folder(study.study_name)
    config = WorkerConfig(study.study_name, request.source, str(folder.absolute()), threads=1)
    listeners = events.subscribe(study)
    try:
        with contextlib.ExitStack() as stack:
            if request.dashboard:
                serve = events.load_dashboard()
                address = stack.enter_context(
                    serve(study.opened, study.study_name, folder.absolute().parent)
                )
                console.print(f"dashboard: {address}", highlight=False, soft_wrap=True)
            _supervise(study, config, request, worker, console, listeners)
    finally:
        study.opened.check_present()
        for place in {folder, request.out or folder}:
            retry(partial(write_results, study, place), check=study.opened.check_present)
        listeners.session_ended()


def _supervise(
    study: FerStudy,
    config: WorkerConfig,
    request: Request,
    worker: tuple[str, ...],
    console: Console,
    listeners: events.StudyEvents,
) -> None:
    view = LiveView(study, console)

    def show() -> None:
        view()
        listeners.tick()

    supervisor = Supervisor(study, config, request.workers, show, worker)
    view.workers = supervisor.progress
    command = _recorded_command(request)
    if not console.is_terminal:
        supervisor.run(command)
        return
    with Live(screen(read_snapshot(study)), console=console, auto_refresh=False) as view.live:
        supervisor.run(command)


def _recorded_command(request: Request) -> str:
    """The command with the faces, and with a storage that an environment variable named."""
    command = with_option(shlex.join(["fer", *sys.argv[1:]]), "--data", request.source)
    if STORAGE_VARIABLE in os.environ:
        command = with_option(command, "--storage", request.storage)
    return hide_passwords(command)

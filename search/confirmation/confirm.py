"""``fer search confirm``, from a study's name to its answer."""

import sys

import optuna

from fer.errors import BadInput, FerError
from fer.faces import load_faces, require_labels
from fer.formatting import duration
from fer.wording import counted
from search.confirmation.begin import begin, check_folds
from search.confirmation.estimate import runs_left, seconds_of
from search.confirmation.options import Options
from search.confirmation.plan import FOLDER, plan_in_words
from search.confirmation.pool import WORKER, Pool
from search.confirmation.progress import Progress
from search.confirmation.record import Confirmation
from search.confirmation.refresh import refresh
from search.confirmation.store import lock_name
from search.confirmation.test_images import check_test_images, use_test_images
from search.confirmation.test_labels import evaluated_runs
from search.execution.announce import announce
from search.execution.worker import WorkerConfig
from search.results.snapshot import Snapshot, read_snapshot
from search.storage.exported import open_existing
from search.storage.study import FerStudy, open_study
from search.storage.study_faces import check_data


def confirm(options: Options, worker: tuple[str, ...] = WORKER) -> Snapshot:
    """Train and evaluate all that is left of a confirmation; returns the study with it.

    Raises:
        Interrupted: a signal came; the same command goes on.
        BadInput: a study, source or storage that cannot be used; or another process confirms it.
        FerError: the runs of all candidates failed, or all final runs.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with open_existing(options.storage, options.study) as storage:
        study = open_study(storage, options.study)
        with storage.try_lock(lock_name(study)) as taken:
            if not taken:
                raise BadInput(
                    f"study {study.study_name} in {storage.shown}: another `fer search confirm` of "
                    f"it is running: wait for it, or stop it with Ctrl-C"
                )
            _confirm(study, options, worker)
            return read_snapshot(study)


def _confirm(study: FerStudy, options: Options, worker: tuple[str, ...]) -> None:
    snapshot = read_snapshot(study)
    announce(f"study {snapshot.name}: loading faces from {options.source}")
    faces = load_faces(options.source, "train", study.definition.recipe.classes)
    require_labels(faces, options.source, "train")
    check_data(study, options.source, faces)
    check_test_images(options)
    if notice := check_folds(study.definition, options.request.folds, faces, options.source):
        _say(notice)
    confirmation = begin(study, snapshot, options)
    confirmation = _train(study, confirmation, snapshot, options, worker)
    if confirmation.choice is None:
        raise _failed(confirmation, f"study {snapshot.name}: all candidates failed on the folds")
    if not evaluated_runs(confirmation):
        raise _failed(confirmation, f"study {snapshot.name}: all final runs failed")
    if notice := use_test_images(study, confirmation, options, faces):
        _say(notice)
    refresh(study, {confirmation.folder, options.out or confirmation.folder})


def _train(
    study: FerStudy,
    confirmation: Confirmation,
    snapshot: Snapshot,
    options: Options,
    worker: tuple[str, ...],
) -> Confirmation:
    _say(f"study {study.study_name}: {plan_in_words(confirmation, study.definition)}")
    left = runs_left(confirmation, snapshot)
    if not left:
        _say("all of these runs have finished; nothing to train")
        return confirmation
    _say(budget_in_words(confirmation, snapshot, options.workers))
    folder = str(confirmation.folder / FOLDER)
    config = WorkerConfig(study.study_name, options.source, folder, threads=1)
    with Progress(study.definition, confirmation, left) as progress:
        return Pool(study, config, options.workers, progress.show, worker).run()


def budget_in_words(confirmation: Confirmation, snapshot: Snapshot, workers: int) -> str:
    """The runs and epochs that are left, and about how long they take."""
    left = runs_left(confirmation, snapshot)
    epochs = sum(run.recipe.epochs for run in left)
    seconds = seconds_of(left, confirmation, snapshot)
    expected = "a time that the study's trials do not tell"
    if seconds is not None:
        expected = f"about {duration(seconds)} at the pace of the study's own trials"
    return (
        f"left: {counted(len(left), 'run')}, {counted(epochs, 'epoch')}, with "
        f"{counted(workers, 'worker')}: {expected}"
    )


def _failed(confirmation: Confirmation, what: str) -> FerError:
    runs = (*confirmation.folds, *confirmation.finals)
    reasons = [run.reason for run in runs if run.reason]
    return FerError(f"{what}; the last: {reasons[-1]}")


def _say(text: str) -> None:
    print(f"fer: {text}", file=sys.stderr, flush=True)

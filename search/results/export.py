"""A study as a folder that others can read: ``study.db``, its results, and its run folders without
their models, but for one of a confirmed winner."""

import contextlib
import shutil
import sqlite3
import tempfile
from pathlib import Path

import optuna
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial

from fer.errors import BadInput
from search.confirmation.store import lock_name
from search.results.export_runs import copy_confirmation, copy_runs
from search.results.shareable import (
    Hosts,
    shareable_study,
    shareable_system,
    shareable_trial,
)
from search.results.snapshot import Snapshot, read_snapshot
from search.results.summary import copy_results
from search.results.trials import State
from search.storage.exported import DATABASE, RUNS, exported_studies
from search.storage.storage import Storage
from search.storage.study import FerStudy, open_study
from search.storage.trials import system_attributes, trial_id


def export_study(study: FerStudy, out: Path, runs: Path | None = None) -> Snapshot:
    """Copy a study to ``out``, where an earlier export of it is replaced.

    Args:
        runs: the folder of its run folders, if they have been moved.

    Returns:
        The study that was copied.

    Raises:
        BadInput: the study is running, or ``out`` holds something else.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    snapshot = read_snapshot(study)
    running = [str(trial.number) for trial in snapshot.trials if trial.state == State.RUNNING]
    if running:
        raise BadInput(
            f"study {study.study_name}: is running (trial {', '.join(running)}): export it when it "
            f"has ended, or after Ctrl-C"
        )
    with study.opened.try_lock(lock_name(study)) as free:
        if not free:
            raise BadInput(
                f"study {study.study_name}: `fer search confirm` of it is running: export it when "
                f"that has ended, or after Ctrl-C"
            )
    _check_out(out, study)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".export-") as name:
        made = Path(name)
        folders = copy_runs(snapshot, runs, made / RUNS)
        copy_confirmation(snapshot.confirmation, runs, made / RUNS)
        copy = _copy_trials(study, made / DATABASE, folders)
        copy_results(copy, runs or _study_folder(snapshot), made)
        shutil.rmtree(out / RUNS, ignore_errors=True)
        for path in sorted(made.iterdir()):
            path.replace(out / path.name)
    return snapshot


def _check_out(out: Path, study: FerStudy) -> None:
    own = study.opened.local == (out / DATABASE).absolute()
    if own or (study.opened.is_copy and study.opened.folder == out.absolute()):
        raise BadInput(f"--out {out}: {DATABASE} there is the study's own storage")
    if (out / DATABASE).exists():
        if (names := exported_studies(out)) != [study.study_name]:
            held = ", ".join(names) or "something else"
            raise BadInput(f"--out {out}: {DATABASE} holds {held}: give another folder")
    elif (out / RUNS).exists():
        raise BadInput(f"--out {out}: {RUNS} is there without {DATABASE}: give another folder")


def _study_folder(snapshot: Snapshot) -> Path:
    folders = (trial.run.parent for trial in snapshot.trials if trial.run)
    return next(folders, Path())


def _copy_trials(study: FerStudy, database: Path, folders: set[int]) -> Snapshot:
    """Copy a study without its runs; returns the copy."""
    hosts = Hosts()
    with Storage(f"sqlite:///{database}") as storage:
        into = storage.optuna
        copy = into.create_new_study([StudyDirection.MAXIMIZE], study.study_name)
        for key, value in shareable_study(study.user_attrs, hosts).items():
            into.set_study_user_attr(copy, key, value)
        for key, value in shareable_system(study.study_attributes()).items():
            into.set_study_system_attr(copy, key, value)
        for trial in study.everything():
            run = f"{RUNS}/{trial.number}" if trial.number in folders else None
            into.create_new_trial(copy, _shareable(trial, hosts, run))
        snapshot = read_snapshot(open_study(storage, study.study_name))
    with contextlib.closing(sqlite3.connect(database)) as connection:
        # A write-ahead log could not be read in a folder that may not be written.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
    for left in ("-wal", "-shm", ".lock"):
        Path(f"{database}{left}").unlink(missing_ok=True)
    return snapshot


def _shareable(trial: FrozenTrial, hosts: Hosts, run: str | None) -> FrozenTrial:
    return FrozenTrial(
        number=trial.number,
        trial_id=trial_id(trial),
        state=trial.state,
        value=None,
        values=trial.values,
        datetime_start=trial.datetime_start,
        datetime_complete=trial.datetime_complete,
        params=trial.params,
        distributions=trial.distributions,
        user_attrs=shareable_trial(trial.user_attrs, hosts, run),
        system_attrs=shareable_system(system_attributes(trial)),
        intermediate_values=trial.intermediate_values,
    )

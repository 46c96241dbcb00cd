"""Made studies in a storage, and their runs in folders."""

import contextlib
import datetime
import json
import sqlite3
from pathlib import Path
from typing import Any

import optuna
from made_studies import with_snapshot
from optuna.distributions import distribution_to_json
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from fer.scores import VALIDATION, write_scores
from reports.data.study_data import StudyData
from search.results.trials import State, TrialRecord
from search.storage.attributes import encode
from search.storage.storage import Storage

STATES = {
    State.RUNNING: TrialState.RUNNING,
    State.COMPLETE: TrialState.COMPLETE,
    State.PRUNED: TrialState.PRUNED,
    State.FAILED: TrialState.FAIL,
}


def store(study: StudyData, url: str, runs: Path | None = None) -> None:
    """Put a made study into a storage and, if asked, its runs into folders."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    snapshot = study.snapshot
    with Storage(url) as storage:
        study_id = storage.optuna.create_new_study([StudyDirection.MAXIMIZE], snapshot.name)
        attributes: dict[str, Any] = {
            "definition": snapshot.definition.dump(),
            "limits": snapshot.limits.model_dump(mode="json"),
            "data": snapshot.data,
        }
        for session in snapshot.sessions:
            attributes[f"session:{session.id}"] = {
                "began": session.began.isoformat(),
                "beat": session.heartbeat.isoformat(),
                "workers": session.workers,
                "command": session.command,
            }
        for key, value in attributes.items():
            storage.optuna.set_study_user_attr(study_id, key, value)
        for trial in snapshot.trials:
            storage.optuna.create_new_trial(study_id, frozen(trial))
    if runs is not None:
        for trial, run in (
            (snapshot.best, study.best_run),
            (snapshot.baseline, study.baseline_run),
        ):
            if trial is not None and run.scores is not None:
                folder = runs / str(trial.number)
                folder.mkdir(parents=True)
                (folder / "metrics.json").write_text(json.dumps(run.metrics))
                write_scores(folder / VALIDATION, run.scores)


def frozen(trial: TrialRecord) -> FrozenTrial:
    """The trial as Optuna stores it, with its times in the local zone."""
    attributes: dict[str, Any] = {
        "role": trial.role,
        "recipe": trial.recipe,
        "seconds": trial.seconds,
        "owner": {"host": trial.host, "pid": 100},
    }
    if trial.attempts:
        attributes["attempts"] = encode({"attempts": trial.attempts})["attempts"]
    attributes |= {"reason": trial.reason} if trial.reason else {}
    attributes |= {"audited": trial.audited} if trial.audited is not None else {}
    attributes |= {"run": str(trial.run)} if trial.run else {}
    for key in ("group", "pair"):
        attributes |= {} if getattr(trial, key) is None else {key: getattr(trial, key)}
    attributes |= {"stopped": trial.stopped} if trial.stopped else {}
    return FrozenTrial(
        number=trial.number,
        trial_id=trial.id,
        state=STATES[trial.state],
        value=None,
        values=None if trial.value is None else [trial.value],
        datetime_start=_local(trial.began),
        datetime_complete=_local(trial.ended),
        params=dict(trial.params),
        distributions=dict(trial.distributions),
        user_attrs=attributes,
        system_attrs={},
        intermediate_values=dict(trial.accuracies),
    )


def _local(utc: datetime.datetime | None) -> datetime.datetime | None:
    if utc is None:
        return None
    return utc.replace(tzinfo=datetime.UTC).astimezone().replace(tzinfo=None)


def store_in_sqlite(study: StudyData, path: Path) -> str:
    """The same in SQLite, all trials in one transaction: one each takes a minute for 1,000."""
    url = f"sqlite:///{path}"
    store(with_snapshot(study, trials=()), url)
    trials = [frozen(trial) for trial in study.snapshot.trials]
    numbered = list(enumerate(trials, start=1))
    rows: dict[tuple[str, str], list[tuple[Any, ...]]] = {
        ("trials", "trial_id, number, study_id, state, datetime_start, datetime_complete"): [
            (i, t.number, 1, t.state.name, str(t.datetime_start), str(t.datetime_complete))
            for i, t in numbered
        ],
        ("trial_values", "trial_id, objective, value, value_type"): [
            (i, 0, value, "FINITE") for i, t in numbered for value in t.values or ()
        ],
        ("trial_params", "trial_id, param_name, param_value, distribution_json"): [
            (i, name, d.to_internal_repr(t.params[name]), distribution_to_json(d))
            for i, t in numbered
            for name, d in t.distributions.items()
        ],
        (
            "trial_intermediate_values",
            "trial_id, step, intermediate_value, intermediate_value_type",
        ): [
            (i, step, value, "FINITE")
            for i, t in numbered
            for step, value in t.intermediate_values.items()
        ],
        ("trial_user_attributes", "trial_id, key, value_json"): [
            (i, key, json.dumps(value)) for i, t in numbered for key, value in t.user_attrs.items()
        ],
    }
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        for (table, columns), values in rows.items():
            marks = ", ".join("?" for _ in columns.split(","))
            database.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)
    return url

"""Studies made by hand: trials, runs and predictions as `fer search` leaves them, in no time."""

import contextlib
import dataclasses
import datetime
import json
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from optuna.distributions import distribution_to_json
from optuna.trial import FrozenTrial, TrialState

from fer.recipe import Recipe
from fer.scores import VALIDATION, Scores, write_scores
from reports.data.study_data import Material, Run
from search.config.definition import Definition, load_definition
from search.storage.sessions import Session
from search.storage.storage import Storage

BEGAN = datetime.datetime(2026, 5, 4, 8, 0)
COMMAND = "fer search run made --data faces.zip --workers 2 --storage sqlite:////home/me/s.db"

SPACE: dict[str, Any] = tomllib.loads("""
learning_rate = { kind = "float", low = 5e-4, high = 1e-2, log = true }
dropout = { kind = "float", low = 0.0, high = 0.5 }
activation = { kind = "categorical", choices = ["relu", "leaky_relu", "silu", "gelu"] }
batch_size = { kind = "categorical", choices = [32, 64, 128, 256] }
augmentation = { kind = "float", low = 0.25, high = 1.5 }
""")


def make_definition(name: str = "made", space: dict[str, Any] | None = None, epochs: int = 10):
    """A definition whose names nobody checked, as one in a storage may be."""
    recipe = Recipe(epochs=epochs, optimiser="adamw", schedule="one_cycle")
    dumped = {
        "name": name,
        "seed": 3,
        "recipe": recipe.model_dump(mode="json"),
        "baseline": Recipe(epochs=epochs).model_dump(mode="json"),
        "baseline_cut": False,
        "space": space or SPACE,
        "sampler": {"kind": "tpe"},
        "pruner": {"kind": "median"},
    }
    return load_definition(dumped, name)


def make_trials(
    definition: Definition,
    count: int,
    *,
    states: tuple[str, ...] = ("COMPLETE", "PRUNED", "PRUNED"),
    baseline: str | None = "COMPLETE",
    seed: int = 0,
    lift: float = 0.0,
    runs: Path | None = None,
) -> tuple[FrozenTrial, ...]:
    """A baseline, unless it is None, and ``count`` trials that go through ``states`` in turn."""
    draw = np.random.default_rng(seed)
    trials: list[FrozenTrial] = []
    free = [BEGAN, BEGAN + datetime.timedelta(seconds=4)]
    if baseline:
        trials.append(_trial(definition, 0, baseline, {}, 0.789 + lift, draw, free, runs))
    for i in range(count):
        number = len(trials)
        params: dict[str, Any] = {}
        for name, entry in definition.space.entries.items():
            if all(params[key] in allowed for key, allowed in entry.when.items()):
                params[name] = _sample(entry.distribution(), draw)
        peak = 0.80 + lift + 0.02 * float(draw.random())
        for name, value in params.items():
            distribution = definition.space.entries[name].distribution()
            if hasattr(distribution, "low"):
                share = (float(value) - distribution.low) / (distribution.high - distribution.low)
                peak -= 0.06 * (share - 0.3) ** 2 * (2 if name == "learning_rate" else 0.5)
        state = states[i % len(states)]
        trials.append(_trial(definition, number, state, params, peak, draw, free, runs))
    return tuple(trials)


def _sample(distribution: Any, draw: np.random.Generator) -> Any:
    if hasattr(distribution, "choices"):
        return distribution.choices[int(draw.integers(len(distribution.choices)))]
    if getattr(distribution, "log", False):
        low, high = np.log(distribution.low), np.log(distribution.high)
        return float(np.exp(draw.uniform(low, high)))
    value = draw.uniform(distribution.low, distribution.high)
    return round(value) if type(distribution).__name__ == "IntDistribution" else float(value)


def _trial(
    definition: Definition,
    number: int,
    state: str,
    params: dict[str, Any],
    peak: float,
    draw: np.random.Generator,
    free: list[datetime.datetime],
    runs: Path | None,
) -> FrozenTrial:
    epochs = definition.recipe.epochs
    length = {"COMPLETE": epochs, "PRUNED": max(1, epochs // 3), "FAIL": 1, "RUNNING": 2}[state]
    noise = draw.normal(0, 0.004, epochs)
    curve = {e: float(peak * (1 - 0.45 * 0.6**e) + noise[e - 1]) for e in range(1, length + 1)}
    lane = free.index(min(free))
    start = free[lane]
    seconds = length * float(draw.uniform(40, 60))
    free[lane] = start + datetime.timedelta(seconds=seconds + 2)
    role = "search" if params else "baseline"
    distributions = {
        name: entry.distribution()
        for name, entry in definition.space.entries.items()
        if name in params
    }
    recipe = definition.baseline if not params else definition.recipe
    values = {definition.space.entries[name].key: value for name, value in params.items()}
    attributes = {
        "role": role,
        "recipe": {**recipe.model_dump(mode="json"), **values, "seed": number},
        "seconds": round(seconds, 3),
        "owner": {"host": "a-host", "pid": 100 + lane},
    }
    if state == "FAIL":
        attributes["reason"] = "Diverged: the loss became NaN"
    if runs is not None:
        attributes["run"] = str(runs / str(number))
    return FrozenTrial(
        number=number,
        trial_id=number,
        state=TrialState[state],
        value=None,
        values=[curve[length]] if state in ("COMPLETE", "PRUNED") else None,
        datetime_start=start,
        datetime_complete=None if state == "RUNNING" else free[lane],
        params=params,
        distributions=distributions,
        user_attrs=attributes,
        system_attrs={},
        intermediate_values=curve,
    )


def make_scores(
    accuracy: float, seed: int = 0, faces: int = 600, never: int | None = None
) -> Scores:
    """Predictions of held-out faces; no face is taken for the class ``never``."""
    draw = np.random.default_rng(seed)
    label = np.arange(faces, dtype=np.int64) % 3
    right = draw.permutation(faces) < round(accuracy * faces)
    said = np.where(right, label, (label + 1 + draw.integers(0, 2, faces)) % 3)
    sure = np.where(right, draw.uniform(0.5, 1.0, faces), draw.uniform(0.4, 0.97, faces))
    probabilities = np.repeat(((1 - sure) / 2)[:, None], 3, axis=1)
    probabilities[np.arange(faces), said] = sure
    if never is not None:
        probabilities[:, never] = 0.0
    return Scores(np.arange(faces, dtype=np.int64), label, probabilities.astype(np.float32))


def make_material(count: int = 30, name: str = "made", **options: Any) -> Material:
    """A study, with predictions of its best trial and of the baseline where they are complete."""
    definition = options.pop("definition", None) or make_definition(
        name, options.pop("space", None), options.pop("epochs", 10)
    )
    never = options.pop("never", None)
    trials = make_trials(definition, count, **options)
    ended = [t.datetime_complete for t in trials if t.datetime_complete]
    end = max(ended, default=BEGAN)
    session = Session("s", BEGAN, end, 2, COMMAND)
    material = Material(
        name=definition.name,
        definition=definition,
        trials=trials,
        data={
            "source": "faces.zip",
            "source_hash": "ab" * 32,
            "counts": {"angry": 1500, "happy": 2700, "neutral": 1800},
        },
        starts=(session,) if trials else (),
        seconds=(end - BEGAN).total_seconds(),
        end="the budget is spent" if trials else "",
    )
    metrics = {
        "machine": {"device": "cpu", "processor": "A Processor", "threads": 1, "precision": "fp32"},
        "versions": {"python": "3.11.7", "torch": "2.15.0"},
    }
    best, base = material.best, material.baseline
    return dataclasses.replace(
        material,
        best_run=Run(metrics, make_scores(best.values[0], 1, never=never))
        if best
        else Run(problem="no trial has run to its end"),
        baseline_run=Run(metrics, make_scores(base.values[0], 2)) if base else Run(),
    )


def store(material: Material, url: str, runs: Path | None = None) -> None:
    """Put a made study into a storage and, if asked, its runs into folders."""
    import optuna
    from optuna.study import StudyDirection

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with Storage(url) as storage:
        study_id = storage.optuna.create_new_study([StudyDirection.MAXIMIZE], material.name)
        attributes = {
            "definition": material.definition.dump(),
            "limits": {"budget": {"trials": len(material.trials) or 1}, "stop": {}},
            "data": material.data,
        }
        for start in material.starts:
            attributes[f"session:{start.id}"] = {
                "began": start.began.isoformat(),
                "beat": start.beat.isoformat(),
                "workers": start.workers,
                "command": start.command,
            }
        for key, value in attributes.items():
            storage.optuna.set_study_user_attr(study_id, key, value)
        for trial in material.trials:
            storage.optuna.create_new_trial(study_id, trial)
    if runs is not None:
        for trial, run in (
            (material.best, material.best_run),
            (material.baseline, material.baseline_run),
        ):
            if trial is not None and run.scores is not None:
                folder = runs / str(trial.number)
                folder.mkdir(parents=True)
                (folder / "metrics.json").write_text(json.dumps(run.metrics))
                write_scores(folder / VALIDATION, run.scores)


def store_in_sqlite(material: Material, path: Path) -> str:
    """The same into SQLite, many trials in one transaction: one each takes a minute for 1,000."""
    url = f"sqlite:///{path}"
    trials = material.trials
    store(dataclasses.replace(material, trials=()), url)
    ids = range(1, len(trials) + 1)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        for table, columns, rows in (
            ("trials", "trial_id, number, study_id, state, datetime_start, datetime_complete",
             [(i, t.number, 1, t.state.name, str(t.datetime_start), str(t.datetime_complete))
              for i, t in zip(ids, trials, strict=True)]),
            ("trial_values", "trial_id, objective, value, value_type",
             [(i, 0, v, "FINITE") for i, t in zip(ids, trials, strict=True)
              for v in t.values or ()]),
            ("trial_params", "trial_id, param_name, param_value, distribution_json",
             [(i, name, d.to_internal_repr(t.params[name]), distribution_to_json(d))
              for i, t in zip(ids, trials, strict=True) for name, d in t.distributions.items()]),
            ("trial_intermediate_values",
             "trial_id, step, intermediate_value, intermediate_value_type",
             [(i, step, v, "FINITE") for i, t in zip(ids, trials, strict=True)
              for step, v in t.intermediate_values.items()]),
            ("trial_user_attributes", "trial_id, key, value_json",
             [(i, key, json.dumps(v)) for i, t in zip(ids, trials, strict=True)
              for key, v in t.user_attrs.items()]),
        ):  # fmt: skip
            marks = ", ".join("?" for _ in columns.split(","))
            database.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
    return url

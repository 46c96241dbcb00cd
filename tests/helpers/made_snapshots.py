"""Snapshots of studies made by hand, for what is computed from a snapshot alone."""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, FloatDistribution

from fer.recipe import Recipe
from fer.scores import Scores
from search.config.definition import Definition, load_definition
from search.config.limits import StudyLimits
from search.results.evidence import Evidence, RunEvidence
from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord
from search.storage.sessions import Session

BEGAN = datetime.datetime(2026, 5, 4, 8, 0)
DATA = {
    "source": "faces.zip",
    "source_hash": "ab" * 32,
    "counts": {"angry": 1500, "happy": 2700, "neutral": 1800},
}
SPACE: dict[str, BaseDistribution] = {
    "dropout": FloatDistribution(0.0, 1.0),
    "learning_rate": FloatDistribution(1e-4, 1e-1, log=True),
    "augmentation": FloatDistribution(0.0, 2.0),
}


def definition(epochs: int = 10, baseline_cut: bool = False, **changes: Any) -> Definition:
    """The definition of a study that varies dropout, learning rate and augmentation."""
    dumped = {
        "name": "made",
        "seed": 3,
        "recipe": Recipe(epochs=epochs).model_dump(mode="json"),
        "baseline": Recipe(epochs=epochs).model_dump(mode="json"),
        "baseline_cut": baseline_cut,
        "space": {
            "dropout": {"kind": "float", "low": 0.0, "high": 0.5},
            "learning_rate": {"kind": "float", "low": 1e-4, "high": 1e-1, "log": True},
            "augmentation": {"kind": "float", "low": 0.0, "high": 1.5},
        },
        "sampler": {"kind": "tpe"},
        "pruner": {"kind": "median"},
        **changes,
    }
    return load_definition(dumped, "made")


def record(
    number: int,
    accuracy: float | Sequence[float],
    state: State = State.COMPLETE,
    params: Mapping[str, Any] | None = None,
    distributions: Mapping[str, BaseDistribution] | None = None,
    **changes: Any,
) -> TrialRecord:
    """A trial with its accuracy, or one for each epoch; number 0 is the baseline."""
    curve = [accuracy] if isinstance(accuracy, float) else list(accuracy)
    searched = {} if number == 0 else {"dropout": 0.1, "learning_rate": 0.01, "augmentation": 1.0}
    params = searched if params is None else params
    known = SPACE if distributions is None else distributions
    trial = TrialRecord(
        number=number,
        id=number + 1,
        role="search" if number else "baseline",
        state=state,
        params=params,
        distributions={name: known[name] for name in params},
        accuracies=dict(enumerate(curve, 1)),
        value=curve[-1] if curve and state in (State.COMPLETE, State.PRUNED) else None,
        recipe=Recipe(epochs=max(10, len(curve))).model_dump(mode="json"),
        seconds=float(len(curve)),
        began=BEGAN + datetime.timedelta(minutes=number),
        ended=BEGAN + datetime.timedelta(minutes=number + 1) if state.finished else None,
        reason="Diverged: the loss became NaN" if state == State.FAILED else "",
        run=None,
        host="a-host",
    )
    return dataclasses.replace(trial, **changes)


def race_run(number: int, group: int, accuracy: float | Sequence[float], **changes: Any):
    """A run of the race: it trains the recipe of the trial ``group`` on another split."""
    seeds = {"split_seed": 1000 + number, "seed": 2000 + number}
    curve = [accuracy] if isinstance(accuracy, float) else list(accuracy)
    recipe = Recipe(epochs=len(curve)).model_dump(mode="json") | seeds
    made = {"role": "race", "group": group, "recipe": recipe, **changes}
    return record(number, curve, params={}, **made)


def snapshot(*trials: TrialRecord, **changes: Any) -> Snapshot:
    """A study of these trials, which has not ended."""
    session = Session("s", BEGAN, BEGAN + datetime.timedelta(hours=1), 2, "fer search run made")
    made = Snapshot(
        name="made",
        definition=definition(),
        limits=StudyLimits(),
        data=DATA,
        trials=trials,
        sessions=(session,),
        ending=None,
    )
    return dataclasses.replace(made, **changes)


def random_trials(count: int, epochs: int = 10, seed: int = 0) -> list[TrialRecord]:
    """The baseline and ``count - 1`` trials, a third of them complete, the rest pruned."""
    draw = np.random.default_rng(seed)
    trials = []
    for number in range(count):
        complete = number % 3 == 0
        length = epochs if complete else 1 + number % max(1, epochs - 1)
        noise = draw.normal(0, 0.01, length)
        curve = (0.8 * (1 - 0.9 ** np.arange(1, length + 1)) + noise).clip(0)
        params = {
            "dropout": float(draw.uniform(0, 1)),
            "learning_rate": float(10 ** draw.uniform(-4, -1)),
            "augmentation": float(draw.uniform(0, 2)),
        }
        state = State.COMPLETE if complete else State.PRUNED
        trials.append(record(number, curve.tolist(), state, params if number else {}))
    return trials


def evidence(
    held_out: int | None = None, best: Scores | None = None, baseline: Scores | None = None
) -> Evidence:
    """What the run folders of the best trial and the baseline hold."""
    return Evidence(RunEvidence({}, best, ""), RunEvidence({}, baseline, ""), held_out)

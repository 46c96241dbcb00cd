"""Simulated trials, as ``fer search`` would leave them."""

import datetime
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from made_attempts import attempt

from fer.recipe import Recipe
from search.config.definition import Definition, load_definition
from search.results.trials import State, TrialRecord

BEGAN = datetime.datetime(2026, 5, 4, 8, 0)

SPACE: dict[str, Any] = tomllib.loads("""
learning_rate = { kind = "float", low = 5e-4, high = 1e-2, log = true }
dropout = { kind = "float", low = 0.0, high = 0.5 }
activation = { kind = "categorical", choices = ["relu", "leaky_relu", "silu", "gelu"] }
batch_size = { kind = "categorical", choices = [32, 64, 128, 256] }
augmentation = { kind = "float", low = 0.25, high = 1.5 }
""")


def make_definition(name: str = "made", space: dict[str, Any] | None = None, epochs: int = 10):
    """A definition with any name, as one in a storage may have."""
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
) -> tuple[TrialRecord, ...]:
    """A baseline, unless it is None, and ``count`` trials that go through ``states`` in turn."""
    draw = np.random.default_rng(seed)
    trials: list[TrialRecord] = []
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
) -> TrialRecord:
    epochs = definition.recipe.epochs
    length = {"COMPLETE": epochs, "PRUNED": max(1, epochs // 3), "FAILED": 1, "RUNNING": 2}[state]
    noise = draw.normal(0, 0.004, epochs)
    curve = {e: float(peak * (1 - 0.45 * 0.6**e) + noise[e - 1]) for e in range(1, length + 1)}
    lane = free.index(min(free))
    start = free[lane]
    seconds = length * float(draw.uniform(40, 60))
    free[lane] = start + datetime.timedelta(seconds=seconds + 2)
    ended = (start - BEGAN).total_seconds() + seconds
    entries = definition.space.entries
    recipe = definition.recipe if params else definition.baseline
    values = {entries[name].key: value for name, value in params.items()}
    return TrialRecord(
        number=number,
        id=number,
        role="search" if params else "baseline",
        state=State[state],
        params=params,
        distributions={name: entries[name].distribution() for name in params},
        accuracies=curve,
        value=curve[length] if state in ("COMPLETE", "PRUNED") else None,
        recipe={**recipe.model_dump(mode="json"), **values, "seed": number},
        seconds=round(seconds, 3),
        began=start,
        ended=None if state == "RUNNING" else free[lane],
        reason="Diverged: the loss became NaN" if state == "FAILED" else "",
        run=None if runs is None else runs / str(number),
        host="a-host",
        attempts=(attempt((start - BEGAN).total_seconds(), ended),),
    )

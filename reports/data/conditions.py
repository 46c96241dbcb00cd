"""The conditions of a study's accuracies, which a fair comparison needs to be equal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer.formatting import count
from fer.recipe import Recipe
from reports.data.study_data import StudyData
from reports.rendering.formatting import value
from search.config.definition import Definition
from search.results.snapshot import Snapshot


@dataclass(frozen=True)
class Condition:
    """One condition of one study.

    Attributes:
        shown: its value, as pages show it.
        key: what must be equal; None where it is not recorded.
    """

    shown: str
    key: Any


MEASURED_ON = ("faces", "classes", "validation split", "held-out faces")
"""Conditions without which two accuracies measure different things."""


def conditions(study: StudyData) -> dict[str, Condition]:
    """The conditions of a study, by name."""
    snapshot, machine = study.snapshot, machine_of(study)
    definition = snapshot.definition
    recipe, data = definition.recipe, snapshot.data or {}
    names = list(definition.space.entries)
    source_hash = data.get("source_hash")
    faces = f"{data.get('source')} ({str(source_hash)[:8]})" if source_hash else "not recorded"
    processor = " ".join(str(machine[key]) for key in ("device", "processor") if key in machine)
    split = recipe.validation, recipe.split_seed
    return {
        "faces": Condition(faces, source_hash),
        "classes": Condition(", ".join(recipe.classes), recipe.classes),
        "validation split": Condition(f"{split[0]:g} of the faces, split seed {split[1]}", split),
        "held-out faces": Condition(f"{study.held_out:,}" if study.held_out else "–", None),
        "search space": Condition(
            count(len(names), "hyperparameter"),
            json.dumps(definition.space.dump(), sort_keys=True),
        ),
        "network": Condition(*_network(definition)),
        "epochs per trial": Condition(*_fixed(definition, "epochs")),
        "number of searched trials": Condition(
            f"{len(snapshot.searched):,}", len(snapshot.searched)
        ),
        "baseline": Condition(baseline_epochs(snapshot), definition.baseline.model_dump_json()),
        "objective": Condition(_objective(definition), definition.objective.model_dump_json()),
        "rounds": Condition(_rounds(definition), _rounds(definition)),
        "precision": Condition(*_recorded(machine.get("precision"))),
        "machine": Condition(*_recorded(processor or None)),
    }


def differing(one: StudyData, other: StudyData) -> tuple[str, ...]:
    """The names of the conditions that two studies do not share.

    What one of them has not recorded counts as equal, except the faces.
    """
    first, second = conditions(one), conditions(other)
    return tuple(
        name
        for name in first
        if (name == "faces" and first[name].key is None)
        or (name == "held-out faces" and _other_faces(one, other))
        or (
            first[name].key != second[name].key
            and (name == "faces" or None not in (first[name].key, second[name].key))
        )
    )


def unfinished(snapshot: Snapshot) -> str:
    """Why a study is unfinished, in a few words; empty if it has ended."""
    if not snapshot.started:
        return "no trial has started"
    if snapshot.ending is not None and snapshot.ending.failed:
        return f"it ended early, as {snapshot.ending.reason}"
    budget = snapshot.limits.budget
    begun = len(snapshot.started)
    if budget.trials:
        started = f"{begun:,} of {budget.trials:,} trials have started"
    else:
        started = count(begun, "trial has started", "trials have started")
    races = any(trial.is_further_run for trial in snapshot.started)
    started = f"{started}, the baseline {'and the race ' if races else ''}included"
    if open_trials := len(snapshot.unfinished):
        have = "has" if open_trials == 1 else "have"
        return f"{started}, and {open_trials:,} of them {have} not ended"
    return started if snapshot.ending is None else ""


def machine_of(study: StudyData) -> Mapping[str, Any]:
    """The machine of the best trial, else of the baseline, else of the last start."""
    recorded = (run.metrics.get("machine") for run in (study.best_run, study.baseline_run))
    return next((machine for machine in recorded if machine), study.summary.get("machine", {}))


def baseline_epochs(snapshot: Snapshot) -> str:
    """The epochs of the baseline, and whether the study file cut it to them."""
    cut = "cut to " if snapshot.definition.baseline_cut else ""
    return cut + count(snapshot.definition.baseline.epochs, "epoch")


def searched_keys(definition: Definition) -> set[str]:
    """The recipe's keys that a study varies."""
    return {key for entry in definition.space.entries.values() for key in entry.keys}


def _objective(definition: Definition) -> str:
    objective = definition.objective
    if objective.runs == 1:
        return "one run"
    return f"mean over {count(objective.folds, 'fold')} and {count(objective.seeds, 'seed')}"


def _rounds(definition: Definition) -> str:
    rounds = definition.rounds
    if rounds is None:
        return "none"
    race = f"{count(rounds.race.folds, 'fold')}, {count(rounds.race.seeds, 'seed')}"
    return f"screen of {count(rounds.screen.epochs, 'epoch')}, race of {race}"


def _network(definition: Definition) -> tuple[str, Any]:
    (family, family_key), (widths, widths_key) = (
        _fixed(definition, key) for key in ("network", "widths")
    )
    default = Recipe.model_fields["network"].default
    shown = f"{widths} channels" if family == default else f"{family}, {widths} channels"
    return shown, (family_key, widths_key)


def _fixed(definition: Definition, key: str) -> tuple[str, Any]:
    if key in searched_keys(definition):
        return "searched", "searched"
    setting = getattr(definition.recipe, key)
    return value(setting), setting


def _recorded(setting: str | None) -> tuple[str, str | None]:
    return setting or "not recorded", setting


def _other_faces(one: StudyData, other: StudyData) -> bool:
    scores, others = one.best_run.scores, other.best_run.scores
    if scores is None or others is None:
        return False
    return not np.array_equal(scores.index, others.index)


def same_trials(one: StudyData, other: StudyData) -> bool:
    """Whether the studies share a trial: one is the other, or was continued from a copy of it."""
    first, second = (
        {(t.began, tuple(t.accuracies.items())) for t in study.snapshot.searched if t.accuracies}
        for study in (one, other)
    )
    return bool(first & second)

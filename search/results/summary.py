"""The results in a study's folder: ``summary.json``, ``trials.csv`` and ``best.toml``."""

import csv
import io
import json
import platform
from importlib.metadata import version
from pathlib import Path
from statistics import stdev
from typing import Any

from fer.errors import FerError
from fer.files import write_text
from fer.process import available_cores
from fer.recipe import Recipe
from fer.validation import parse
from search.confirmation.answer import answer
from search.results.best import confirmed_recipe
from search.results.commands import resume_command
from search.results.race_summary import summarise_rounds
from search.results.race_words import no_verdict_yet
from search.results.shareable import shareable_command
from search.results.snapshot import Snapshot, read_snapshot
from search.results.trial_table import trial_columns, trial_rows
from search.results.trials import State, TrialRecord
from search.storage.study import FerStudy


def summarise(snapshot: Snapshot) -> dict[str, Any]:
    """The study's summary, as JSON values; accuracies in [0, 1]."""
    starts, counts, found = snapshot.sessions, snapshot.counts, answer(snapshot)
    runs = snapshot.definition.objective.runs
    planned = sum(trial.epochs_planned or 0 for trial in snapshot.started) * runs
    return {
        "answer": {"line": found.line, "good": found.good, "sentences": list(found.sentences)},
        "study": snapshot.name,
        "seed": snapshot.definition.seed,
        "data": snapshot.data,
        "best": _result(snapshot.best),
        "baseline": _result(snapshot.baseline),
        "baseline_cut": snapshot.definition.baseline_cut,
        "trials": {
            "complete": counts[State.COMPLETE],
            "pruned": counts[State.PRUNED],
            "failed": counts[State.FAILED],
        },
        **_objective(snapshot),
        **summarise_rounds(snapshot),
        "epochs": {"run": snapshot.epochs_run, "full_budget": planned},
        "seconds": round(snapshot.seconds, 1),
        "workers": starts[-1].workers if starts else None,
        "command": shareable_command(resume_command(snapshot)) if starts else None,
        "machine": _machine(),
        "versions": {name: version(name) for name in ("optuna", "torch", "numpy")},
    }


def write_results(study: FerStudy, folder: Path) -> None:
    """Write ``summary.json``, ``trials.csv`` and, if a trial has completed, ``best.toml``."""
    snapshot = read_snapshot(study)
    _write(snapshot, folder, summarise(snapshot))


def refresh_results(study: FerStudy, folder: Path) -> None:
    """Write them where nothing was trained: machine and versions stay those of the training."""
    snapshot = read_snapshot(study)
    kept = _kept(folder / "summary.json", snapshot)
    _write(snapshot, folder, summarise(snapshot) | kept)


def copy_results(snapshot: Snapshot, folder: Path, into: Path) -> None:
    """Write them for an exported study: machine and versions are those in ``folder``, if any."""
    summary = summarise(snapshot)
    for key in ("machine", "versions"):
        del summary[key]
    _write(snapshot, into, summary | _kept(folder / "summary.json", snapshot))


def _kept(path: Path, snapshot: Snapshot) -> dict[str, Any]:
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
        if before["study"] != snapshot.name or before["data"] != snapshot.data:
            return {}
        return {key: before[key] for key in ("machine", "versions")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(snapshot: Snapshot, folder: Path, summary: dict[str, Any]) -> None:
    write_text(folder / "summary.json", json.dumps(summary, indent=2) + "\n")
    write_text(folder / "trials.csv", trials_csv(snapshot))
    if snapshot.best is not None:
        best = confirmed_recipe(snapshot) or recipe_of(snapshot.best)
        write_text(folder / "best.toml", best.to_toml())


def trials_csv(snapshot: Snapshot) -> str:
    """One row a trial: state, accuracy, epochs, seconds, hyperparameters, and why it failed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(trial_columns(snapshot))
    writer.writerows(trial_rows(snapshot))
    return text.getvalue()


def recipe_of(trial: TrialRecord) -> Recipe:
    """The recipe that a trial trained."""
    return parse(Recipe, trial.recipe, f"trial {trial.number}")


def best_recipe(study: FerStudy) -> Recipe:
    """The confirmed recipe where there is one, else that of the best trial.

    Raises:
        FerError: no trial of the search space has run to its end.
    """
    snapshot = read_snapshot(study)
    if confirmed := confirmed_recipe(snapshot):
        return confirmed
    best = snapshot.best
    if best is None and snapshot.definition.rounds:
        raise FerError(f"study {study.study_name}: {no_verdict_yet(snapshot)[0]}")
    if best is None:
        raise FerError(f"study {study.study_name}: no trial has run to its end yet")
    return recipe_of(best)


def _result(trial: TrialRecord | None) -> dict[str, Any] | None:
    if trial is None:
        return None
    return {
        "trial": trial.number,
        "validation_accuracy": trial.accuracy,
        **_runs(trial),
        "recipe": trial.recipe,
    }


def _runs(trial: TrialRecord) -> dict[str, Any]:
    """The runs that a mean accuracy is over; nothing for a trial with one run."""
    if len(trial.runs) < 2:
        return {}
    accuracies = list(trial.runs.values())
    return {"runs": len(accuracies), "sd": stdev(accuracies), "accuracies": accuracies}


def _objective(snapshot: Snapshot) -> dict[str, Any]:
    """The runs of each trial, and which trials the pruner stopped between two of them."""
    objective = snapshot.definition.objective
    if objective.runs == 1:
        return {}
    stopped = {str(trial.number): trial.stopped for trial in snapshot.pruned if trial.stopped}
    return {"objective": objective.model_dump(mode="json"), "stopped": stopped}


def _machine() -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "cores": available_cores(),
        "python": platform.python_version(),
    }

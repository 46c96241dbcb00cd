"""What a study leaves in its folder: ``summary.json``, ``trials.csv`` and ``best.toml``."""

import csv
import io
import json
import platform
import shlex
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from fer.errors import FerError
from fer.files import write_text
from fer.process import available_cores
from fer.recipe import Recipe
from fer.validation import parse
from search.execution.budget import baseline_trial, best_trial, epochs_run
from search.results.activity import active_seconds
from search.storage.attributes import attributes_of
from search.storage.sessions import sessions
from search.storage.study import FerStudy


def summarise(study: FerStudy) -> dict[str, Any]:
    """The study's summary, as JSON values; accuracies in [0, 1]."""
    trials = [trial for trial in study.everything() if trial.state != TrialState.WAITING]
    states = Counter(trial.state for trial in trials)
    starts = sessions(study)
    return {
        "study": study.study_name,
        "seed": study.definition.seed,
        "data": study.user_attrs.get("data"),
        "best": _result(best_trial(trials)),
        "baseline": _result(baseline_trial(trials)),
        "baseline_cut": study.definition.baseline_cut,
        "trials": {
            "complete": states[TrialState.COMPLETE],
            "pruned": states[TrialState.PRUNED],
            "failed": states[TrialState.FAIL],
        },
        "epochs": {
            "run": epochs_run(trials),
            "full_budget": sum(t.user_attrs.get("recipe", {}).get("epochs", 0) for t in trials),
        },
        "seconds": round(active_seconds(sessions(study)), 1),
        "workers": starts[-1].workers if starts else None,
        "command": _without_folder(starts[-1].command) if starts else None,
        "machine": _machine(),
        "versions": {name: version(name) for name in ("optuna", "torch", "numpy")},
    }


def write_results(study: FerStudy, folder: Path) -> None:
    """Write ``summary.json``, ``trials.csv`` and, if a trial has completed, ``best.toml``."""
    _write(study, folder, summarise(study))


def refresh_results(study: FerStudy, folder: Path) -> None:
    """Write them where nothing was trained: the machine and versions stay those of who trained."""
    kept = _kept(folder / "summary.json", study)
    _write(study, folder, summarise(study) | kept)


def _kept(path: Path, study: FerStudy) -> dict[str, Any]:
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
        if before["study"] != study.study_name or before["data"] != study.user_attrs.get("data"):
            return {}
        return {key: before[key] for key in ("machine", "versions")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(study: FerStudy, folder: Path, summary: dict[str, Any]) -> None:
    write_text(folder / "summary.json", json.dumps(summary, indent=2) + "\n")
    write_text(folder / "trials.csv", trials_csv(study))
    if best := best_trial(study.everything()):
        write_text(folder / "best.toml", recipe_of(best).to_toml())


def trials_csv(study: FerStudy) -> str:
    """One row a trial: state, value, epochs, seconds, its parameters, and why it failed."""
    names = list(study.definition.space.entries)
    columns = ["trial", "role", "state", "validation_accuracy", "epochs", "seconds", "reason"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*columns, *names])
    for trial in study.everything():
        writer.writerow(
            [
                trial.number,
                attributes_of(trial).role,
                trial.state.name.lower(),
                "" if trial.values is None else trial.values[0],
                len(trial.intermediate_values),
                trial.user_attrs.get("seconds", ""),
                trial.user_attrs.get("reason", ""),
                *(trial.params.get(name, "") for name in names),
            ]
        )
    return text.getvalue()


def recipe_of(trial: FrozenTrial) -> Recipe:
    """The recipe that a trial trained."""
    return parse(Recipe, trial.user_attrs["recipe"], f"trial {trial.number}")


def best_recipe(study: FerStudy) -> Recipe:
    """The recipe of the best trial.

    Raises:
        FerError: no trial of the space has run to its end.
    """
    best = best_trial(study.everything())
    if best is None:
        raise FerError(f"study {study.study_name}: no trial has run to its end yet")
    return recipe_of(best)


def _result(trial: FrozenTrial | None) -> dict[str, Any] | None:
    if trial is None:
        return None
    return {
        "trial": trial.number,
        "validation_accuracy": trial.values[0],
        "recipe": trial.user_attrs["recipe"],
    }


def _without_folder(command: str) -> str:
    """The command with its source's name alone: a summary is handed round."""
    words = shlex.split(command)
    for at, word in enumerate(words):
        if word.startswith("--data="):
            words[at] = f"--data={Path(word.removeprefix('--data=')).name}"
        elif at and words[at - 1] == "--data":
            words[at] = Path(word).name
    return shlex.join(words)


def _machine() -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "cores": available_cores(),
        "python": platform.python_version(),
    }

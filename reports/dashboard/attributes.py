"""The attributes of studies and trials as few readable lines; the storage keeps them as JSON.

Attributes that other programs have set stay as they are.
"""

from collections.abc import Mapping
from typing import Any

from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from fer.errors import BadInput
from fer.formatting import count, percent
from fer.recipe import Recipe
from fer.wording import counted
from reports.dashboard import facts
from reports.rendering.formatting import listing, raw, value
from search.config.definition import Definition, load_definition
from search.config.limits import Budget, StudyLimits
from search.config.space.entry import Entry
from search.results.roles import role_in_words
from search.results.trials import TrialRecord
from search.results.work import mean_load, peak_memory
from search.storage.attributes import TrialAttributes

Lines = dict[str, str]

_STORED = ("definition", "limits", "data")
_SESSION = "session:"
_TRIAL = {field.alias or name for name, field in TrialAttributes.model_fields.items()}
_PUBLISHED = Recipe().model_dump(mode="json")
NUMBERS = ("seconds", "peak memory in MB", "load")
"""Lines of a trial by which the page can sort."""


def is_of_study(key: str) -> bool:
    """Whether ``fer`` stores the attribute with a study."""
    return key in _STORED or key.startswith(_SESSION)


def is_of_trial(key: str) -> bool:
    """Whether ``fer`` stores the attribute with a trial."""
    return key in _TRIAL


def study_lines(attributes: Mapping[str, Any]) -> Lines:
    """The lines of a study, as many as the page shows at once; none if ``fer`` did not start it."""
    if "definition" not in attributes:
        return {}
    try:
        definition = load_definition(attributes["definition"], "the study")
    except BadInput:
        return {}
    budget = StudyLimits.model_validate(attributes.get("limits", {})).budget
    space = definition.space.entries.items()
    return {
        "search space": "; ".join(f"{name} {_entry(entry)}" for name, entry in space),
        "recipe": _recipe(definition.recipe.model_dump(mode="json")),
        "baseline": _baseline(definition),
        "search": f"sampler {definition.sampler.kind}, pruner {definition.pruner.kind}, "
        f"seed {definition.seed}, budget {_budget(budget)}",
        "faces": facts.faces(attributes.get("data"), None),
    }


def trial_lines(trial: TrialRecord) -> Lines:
    """The lines of a trial; those without a value are left out."""
    peak, load = peak_memory(trial), mean_load(trial)
    lines = {
        "role": role_in_words(trial),
        "accuracy": "" if not trial.is_further_run or trial.value is None else percent(trial.value),
        "complete runs": str(len(trial.runs)) if trial.runs else "",
        "recipe": _recipe(trial.recipe) if trial.recipe else "",
        "seconds": "" if trial.seconds is None else f"{trial.seconds:.1f}",
        "attempts": str(len(trial.attempts)) if trial.attempts else "",
        "peak memory in MB": "" if peak is None else f"{peak / 1e6:.0f}",
        "load": "" if load is None else f"{load:.2f}",
        "machine": trial.host,
        "run": str(trial.run) if trial.run else "",
        "failed because": trial.reason,
    }
    return {name: line for name, line in lines.items() if line}


def _recipe(recipe: Mapping[str, Any]) -> str:
    """What differs from the published recipe; the seed is each trial's own."""
    differ = [
        f"{key} {value(setting)}"
        for key, setting in recipe.items()
        if key != "seed" and raw(setting) != raw(_PUBLISHED.get(key))
    ]
    return f"as published, but {', '.join(differ)}" if differ else "as published"


def _baseline(definition: Definition) -> str:
    epochs = count(definition.baseline.epochs, "epoch")
    return f"the published recipe{' cut to' if definition.baseline_cut else ','} {epochs}"


def _budget(budget: Budget) -> str:
    parts = [
        count(budget.trials, "trial") if budget.trials else "",
        count(budget.epochs, "epoch") if budget.epochs else "",
        counted(budget.hours, "hour") if budget.hours else "",
    ]
    return ", ".join(filter(None, parts)) or "none"


def _entry(entry: Entry) -> str:
    distribution = entry.distribution()
    if isinstance(distribution, CategoricalDistribution):
        return listing([value(choice) for choice in entry.extremes()], "or")
    assert isinstance(distribution, FloatDistribution | IntDistribution), "all kinds of an entry"
    scale = " on a log scale" if distribution.log else ""
    return f"{value(distribution.low)} to {value(distribution.high)}{scale}"

"""All trials as one table of plain values: ``trials.csv`` and the CSV of the report's table."""

from statistics import stdev

from search.results.shareable import shareable_text
from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord

FIXED = (
    "trial", "role", "state", "validation_accuracy", "epochs", "seconds", "reason",
    "last_accuracy", "epochs_planned", "group", "split_seed", "seed",
)  # fmt: skip
"""Before the hyperparameters. ``validation_accuracy``: of complete trials the final one, of pruned
ones the last; ``last_accuracy``: of all trials the last that they reported; ``group``: the trial
whose recipe a repeated run trains; ``split_seed`` and ``seed``: of the recipe."""
RUNS = ("pair", "runs", "mean_accuracy", "sd", "stopped")
"""Of an objective with several runs: the pair of fold and seed of this run, and in the row of a
recipe's first run, how many of its runs are complete, their mean and standard deviation, and why
the pruner stopped it between two of them."""
AUDIT = ("audited",)
"""Of a pruner with an audit: the epoch after which it would have stopped the trial."""
_STATES = {State.FAILED: "fail", State.STOPPED: "running"}
"""Optuna's names, where they differ from those of the records: files keep them."""


def trial_columns(snapshot: Snapshot) -> tuple[str, ...]:
    """The columns: what every trial has, what the runs of a mean have where the objective is one,
    what an audit adds where there is one, then the hyperparameters."""
    definition = snapshot.definition
    runs = RUNS if definition.objective.runs > 1 else ()
    audit = AUDIT if definition.pruner.audit else ()
    return (*FIXED, *runs, *audit, *definition.space.entries)


def trial_rows(snapshot: Snapshot) -> list[tuple[str | int | float | None, ...]]:
    """One row a trial, the baseline and waiting ones too; None where there is no value."""
    names = list(snapshot.definition.space.entries)
    several = snapshot.definition.objective.runs > 1
    recipes = {recipe.number: recipe for recipe in snapshot.recipes}
    return [
        (
            trial.number,
            trial.role,
            _STATES.get(trial.state, str(trial.state)),
            trial.value,
            len(trial.accuracies),
            trial.seconds,
            reason_of(trial),
            trial.last_accuracy,
            trial.epochs_planned,
            trial.group,
            trial.recipe.get("split_seed"),
            trial.recipe.get("seed"),
            *(_runs(trial, recipes.get(trial.number)) if several else ()),
            *((trial.audited,) if snapshot.definition.pruner.audit else ()),
            *(trial.params.get(name) for name in names),
        )
        for trial in snapshot.trials
    ]


def _runs(trial: TrialRecord, recipe: TrialRecord | None) -> tuple[str | int | float | None, ...]:
    """The values of ``RUNS`` for a run: those of all runs stand in the row of the first."""
    pair = 0 if trial.pair is None else trial.pair
    if recipe is None or not recipe.runs:
        return pair, None, None, None, ""
    accuracies = list(recipe.runs.values())
    sd = stdev(accuracies) if len(accuracies) > 1 else None
    return pair, len(accuracies), recipe.last_accuracy, sd, recipe.stopped


def reason_of(trial: TrialRecord) -> str:
    """Why it failed, without the folders of the machine that ran it."""
    return shareable_text(trial.reason)

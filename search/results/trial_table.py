"""All trials as one table of plain values: ``trials.csv`` and the CSV of the report's table."""

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
_STATES = {State.FAILED: "fail", State.STOPPED: "running"}
"""Optuna's names, where they differ from those of the records: files keep them."""


def trial_columns(snapshot: Snapshot) -> tuple[str, ...]:
    """The columns: what every trial has, then the hyperparameters."""
    return (*FIXED, *snapshot.definition.space.entries)


def trial_rows(snapshot: Snapshot) -> list[tuple[str | int | float | None, ...]]:
    """One row a trial, the baseline and waiting ones too; None where there is no value."""
    names = list(snapshot.definition.space.entries)
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
            *(trial.params.get(name) for name in names),
        )
        for trial in snapshot.trials
    ]


def reason_of(trial: TrialRecord) -> str:
    """Why it failed, without the folders of the machine that ran it."""
    return shareable_text(trial.reason)

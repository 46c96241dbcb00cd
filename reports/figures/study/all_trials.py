"""All trials in one table."""

from typing import Any

from fer.formatting import percent
from reports.data.study_data import StudyData
from reports.figures.common import missing, trials_caption
from reports.rendering.figure import Cell, DisplayTable, Figure, Table
from reports.rendering.formatting import value
from search.config.space import Entry
from search.results.roles import role_label
from search.results.snapshot import Snapshot
from search.results.trial_counts import states_in_words, trials_in_words
from search.results.trial_table import reason_of, trial_columns, trial_rows
from search.results.trials import TrialRecord

TITLE = "All trials"
CAPTION = (
    "Click a column's name to sort by it, and again to turn the order round; type words to keep "
    "the rows that have all of them. The accuracy is the last one that a trial reported: of a "
    "pruned trial, that of the epoch at which it was pruned. The seconds are those of training, "
    "without pauses. The baseline's hyperparameters are fixed, not sampled.{} The CSV has all "
    "digits."
)
_REPEATED = (
    " Repeated runs and race runs train the recipe of another trial again, with the split seed and "
    "the seed in their rows."
)

_SEEDS = ("split_seed", "seed")


def build(data: StudyData) -> Figure:
    """A row for each trial, with its hyperparameters."""
    study = data.snapshot
    if not study.trials:
        return missing("all-trials", TITLE, "No trial has started.")
    failed = any(trial.reason for trial in study.trials)
    repeated = any(trial.is_further_run for trial in study.trials)
    columns = (
        "trial", "role", "state", "accuracy", *_runs_column(study), "epochs", "seconds",
        *study.definition.space.entries, *(_SEEDS if repeated else ()),
        *(("reason",) if failed else ()),
    )  # fmt: skip
    rows = tuple(_row(trial, study, failed, repeated) for trial in study.listed)
    return Figure(
        "all-trials",
        TITLE,
        f"{trials_in_words(study)}: {states_in_words(study)}.",
        CAPTION.format(_REPEATED if repeated else "") + trials_caption(study.definition),
        tables=(DisplayTable(Table(columns, rows), sortable=True),),
        data=Table(trial_columns(study), tuple(trial_rows(study))),
    )


def _row(trial: TrialRecord, study: Snapshot, failed: bool, repeated: bool) -> tuple[Cell, ...]:
    accuracy, planned = trial.last_accuracy, trial.epochs_planned
    entries = study.definition.space.entries
    return (
        trial.number,
        role_label(trial, study.definition),
        str(trial.state),
        "" if accuracy is None else percent(accuracy),
        *(_runs(trial, study) for _ in _runs_column(study)),
        str(trial.last_epoch) if planned is None else f"{trial.last_epoch}/{planned}",
        "" if trial.seconds is None else f"{trial.seconds:,.1f}",
        *(_setting(trial, name, entry) for name, entry in entries.items()),
        *((value(trial.recipe.get(key)) for key in _SEEDS) if repeated else ()),
        *((reason_of(trial),) if failed else ()),
    )


def _runs_column(study: Snapshot) -> tuple[str, ...]:
    return ("runs",) if study.definition.objective.runs > 1 else ()


def _runs(trial: TrialRecord, study: Snapshot) -> str:
    """The complete ones of a recipe, of those that its mean is over; empty for a repeat."""
    return "" if trial.is_further_run else f"{len(trial.runs)}/{study.definition.objective.runs}"


def _setting(trial: TrialRecord, name: str, entry: Entry) -> str:
    if trial.is_baseline or trial.is_further_run:
        applies = all(trial.recipe.get(key) in allowed for key, allowed in entry.when.items())
        fixed: Any = trial.recipe.get(entry.key) if applies else None
        return "" if fixed is None else value(fixed)
    return value(entry.decode(trial.params[name])) if name in trial.params else ""

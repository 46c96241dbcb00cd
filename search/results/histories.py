"""The history of each trial's run, from its run folder: loss, accuracy and learning rate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fer.errors import BadInput
from fer.history import HISTORY, Epoch, read_history
from fer.run_metrics import check_files
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord


@dataclass(frozen=True)
class Histories:
    """Of the trials that have finished an epoch.

    Attributes:
        by_trial: the epochs by the trial's number, from epoch 1 on.
        problems: why a trial has none here, by its number, as in "the run folder is not here".
    """

    by_trial: Mapping[int, tuple[Epoch, ...]] = field(default_factory=dict)
    problems: Mapping[int, str] = field(default_factory=dict)


def read_histories(snapshot: Snapshot, runs: Path | None = None) -> Histories:
    """Read the histories that there are. ``runs``: where all run folders were moved to."""
    found: dict[int, tuple[Epoch, ...]] = {}
    problems: dict[int, str] = {}
    for trial in snapshot.trials:
        if not trial.accuracies:
            continue
        epochs = _read(trial, runs)
        if isinstance(epochs, str):
            problems[trial.number] = epochs
        else:
            found[trial.number] = epochs
    return Histories(found, problems)


def _read(trial: TrialRecord, runs: Path | None) -> tuple[Epoch, ...] | str:
    """The epochs, or why there are none."""
    folder = trial.folder(runs)
    if folder is None or not folder.is_dir():
        return "the run folder is not here"
    if not (folder / HISTORY).is_file():
        return f"the run folder has no {HISTORY}"
    try:
        check_files(folder, HISTORY)
        epochs = read_history(folder / HISTORY)
    except BadInput:
        return f"{HISTORY} is damaged"
    if any(_differs(trial, epoch) for epoch in epochs):
        # The folder is of a study of the same name in another storage: use nothing of it.
        return f"{HISTORY} is of another run"
    return epochs or f"{HISTORY} has no epoch"


def _differs(trial: TrialRecord, epoch: Epoch) -> bool:
    stored = trial.accuracies.get(epoch.number)
    measured = epoch.validation_accuracy
    # An epoch that was not reported yet, as the worker was killed meanwhile, is no difference.
    return stored is not None and (measured is None or abs(stored - measured) > 1e-6)

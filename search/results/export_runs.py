"""The run folders of an exported study: their small files, without their models."""

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from fer.history import HISTORY
from fer.run_metrics import METRICS
from fer.scores import VALIDATION
from search.confirmation.record import Confirmation, FinalRun, FoldRun
from search.confirmation.test_scores import TEST
from search.results.snapshot import Snapshot

MODEL = "model.safetensors"
SMALL = ("recipe.toml", HISTORY, METRICS)
"""The files of each trial; the best one and the baseline have their predictions, too."""


def copy_runs(snapshot: Snapshot, runs: Path | None, into: Path) -> set[int]:
    """Copy the run folders of the trials; returns the trials whose folder is here.

    Args:
        runs: the folder of the run folders, if they have been moved.
    """
    into.mkdir()
    copied = set()
    predicted = {trial.number for trial in (snapshot.best_run, snapshot.baseline) if trial}
    for trial in snapshot.trials:
        folder = trial.folder(runs)
        if folder is None or not folder.is_dir():
            continue
        names = [*SMALL, VALIDATION] if trial.number in predicted else SMALL
        _copy(folder, into / str(trial.number), names)
        copied.add(trial.number)
    return copied


def copy_confirmation(confirmation: Confirmation | None, runs: Path | None, into: Path) -> None:
    """Copy the run folders of a confirmation with their predictions, its submissions, and the model
    of the winner's first seed. ``runs``: as above."""
    if confirmation is None:
        return
    folder = runs or confirmation.folder
    all_runs: tuple[FoldRun | FinalRun, ...] = (*confirmation.folds, *confirmation.finals)
    for run in all_runs:
        if (folder / run.run).is_dir():
            model = [MODEL] if run == confirmation.model_run else []
            _copy(folder / run.run, into / run.run, [*SMALL, VALIDATION, TEST, *model])
    for submission in confirmation.submissions:
        file = Path(submission.file)
        _copy(folder / file.parent, into / file.parent, [file.name])


def _copy(folder: Path, into: Path, names: Iterable[str]) -> None:
    """Copy those of the files that are there."""
    into.mkdir(parents=True, exist_ok=True)
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(folder / name, into / name)

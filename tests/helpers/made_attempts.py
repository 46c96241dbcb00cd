"""Attempts at trials, and histories of runs, made by hand."""

import datetime
from typing import Any

from made_snapshots import BEGAN

from fer.history import Epoch
from search.results.trials import TrialRecord
from search.storage.attributes import Attempt


def attempt(begin: float, end: float, **changes: Any) -> Attempt:
    """An attempt between two times, in seconds since the study began."""
    values: dict[str, Any] = {
        "began": BEGAN + datetime.timedelta(seconds=begin),
        "ended": BEGAN + datetime.timedelta(seconds=end),
        "host": "a-host",
        "pid": 100,
        "cores": 2,
        "peak_memory": 10**9,
        "load": 2.0,
        "cpu_seconds": end - begin,
    }
    return Attempt.model_validate(values | changes)


def history_of(trial: TrialRecord) -> tuple[Epoch, ...]:
    """A history that agrees with the trial: its losses fall, and its learning rate is constant."""
    return tuple(
        Epoch(
            number=number,
            train_loss=round(1.0 / number, 6),
            train_accuracy=min(1.0, accuracy + 0.05),
            validation_loss=round(0.9 / number + 0.01 * number, 6),
            validation_accuracy=accuracy,
            learning_rate=0.001,
            seconds=2.0,
        )
        for number, accuracy in trial.accuracies.items()
    )

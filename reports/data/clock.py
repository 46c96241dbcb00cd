"""Times of trials, in UTC."""

import copy
import datetime

from optuna.trial import FrozenTrial


def in_utc(trial: FrozenTrial) -> FrozenTrial:
    """A copy whose times are UTC: Optuna stores local ones, which skip or repeat an hour twice a
    year."""
    found = copy.copy(trial)
    for name in ("datetime_start", "datetime_complete"):
        if (local := getattr(trial, name)) is not None:
            setattr(found, name, local.astimezone(datetime.UTC).replace(tzinfo=None))
    return found

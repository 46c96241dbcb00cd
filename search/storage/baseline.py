"""What a trial is for: to be the study's baseline, or to search its space."""

from optuna.trial import FrozenTrial

ROLE = "role"
BASELINE = "baseline"
SEARCH = "search"


def is_baseline(trial: FrozenTrial) -> bool:
    """Whether a trial trains the study's baseline."""
    return bool(trial.user_attrs.get(ROLE) == BASELINE)

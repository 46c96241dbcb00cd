"""What a trial is, in words: the baseline, a searched trial, or another run of a trial's recipe."""

from fer.formatting import SPACE
from search.config.definition import Definition
from search.results.baseline import baseline_label
from search.results.trials import TrialRecord
from search.storage.attributes import RACE

REPEATED_RUN, RACE_RUN = "repeated run", "race run"


def run_kind(trial: TrialRecord) -> str | None:
    """``repeated run`` or ``race run``; None for the baseline and a trial of the space."""
    if not trial.is_further_run:
        return None
    return RACE_RUN if trial.role == RACE else REPEATED_RUN


def role_in_words(trial: TrialRecord) -> str:
    """As in ``baseline``, ``search``, ``search, audited from epoch 4``, ``race run of trial 5`` or
    ``repeated run of the baseline``; empty for an enqueued trial that no worker has taken."""
    kind = run_kind(trial)
    if trial.audited is not None:
        return f"{trial.role}, audited from epoch {trial.audited}"
    if kind is None:
        return trial.role
    return f"{kind} of {f'trial {trial.group}' if trial.group else 'the baseline'}"


def role_label(trial: TrialRecord, definition: Definition) -> str:
    """The same, where a baseline that was cut is called so."""
    if trial.is_baseline:
        return baseline_label(definition).replace(SPACE, " ")
    return role_in_words(trial)

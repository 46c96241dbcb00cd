"""Trials as values: frozen, typed, and with their times in UTC."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from fer.clock import local_to_utc
from fer.recipe import ALWAYS_HASHED, Recipe
from search.storage.attributes import BASELINE, RACE, REPEAT, SEARCH, Attempt, attributes_of
from search.storage.trials import trial_id


class State(StrEnum):
    """Optuna's states, and ``STOPPED`` for an interrupted trial that the next start resumes."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    COMPLETE = "complete"
    PRUNED = "pruned"
    FAILED = "failed"

    @property
    def finished(self) -> bool:
        """Whether a trial in this state never runs again."""
        return self in (State.COMPLETE, State.PRUNED, State.FAILED)


_STATES = {
    TrialState.WAITING: State.WAITING,
    TrialState.RUNNING: State.RUNNING,
    TrialState.COMPLETE: State.COMPLETE,
    TrialState.PRUNED: State.PRUNED,
    TrialState.FAIL: State.FAILED,
}

_NEW_KEYS = Recipe().model_dump(mode="json", exclude=set(ALWAYS_HASHED))
"""Keys that a recipe stored by an earlier version lacks: it trained with their defaults."""


@dataclass(frozen=True)
class TrialRecord:
    """One trial of a study. All times are UTC, without a zone.

    Attributes:
        id: the storage's id; trials of other studies count, too.
        role, group: see ``TrialAttributes``.
        params: the sampled values; empty for the baseline.
        accuracies: validation accuracy in [0, 1] by epoch, from epoch 1 on, ascending.
        value: the final accuracy of a complete trial, the last one of a pruned trial.
        recipe: the recipe that was trained, as JSON values; empty before a worker took the trial.
        seconds: of training so far, over all starts; None before the first epoch.
        reason: why it failed, in one line; empty otherwise.
        run: the run folder on the machine that trained it.
        host: the machine that runs or ran it; empty if unknown.
        attempts: the work on it, oldest first, with pauses in between; empty before a worker took
            it and in a study that an earlier version ran.
        audited: the epoch after which the pruner would have stopped it, had it not run on to check
            the pruner; else None.
        pair, stopped, parameters, operations: see ``TrialAttributes``.
        runs: the accuracy of each complete run, by its pair, where the objective is a mean over
            several and the record stands for all of them; ``value`` is then their mean.
    """

    number: int
    id: int
    role: str
    state: State
    params: Mapping[str, Any]
    distributions: Mapping[str, BaseDistribution]
    accuracies: Mapping[int, float]
    value: float | None
    recipe: Mapping[str, Any]
    seconds: float | None
    began: datetime.datetime | None
    ended: datetime.datetime | None
    reason: str
    run: Path | None
    host: str
    attempts: tuple[Attempt, ...] = ()
    group: int | None = None
    audited: int | None = None
    pair: int | None = None
    stopped: str = ""
    runs: Mapping[int, float] = field(default_factory=dict)
    parameters: int | None = None
    operations: int | None = None

    @property
    def is_of_space(self) -> bool:
        """Whether it is a trial of the search space: neither the baseline nor a repeated run."""
        return self.role in (SEARCH, "")

    @property
    def is_further_run(self) -> bool:
        """Whether it trains another trial's recipe again: a repeat, or a run of the race."""
        return self.role in (REPEAT, RACE)

    @property
    def is_baseline(self) -> bool:
        """Whether it trains the study's baseline."""
        return self.role == BASELINE

    @property
    def is_repeat(self) -> bool:
        """Whether it is a further run of a recipe whose accuracy is a mean over several."""
        return self.role == REPEAT

    @property
    def accuracy(self) -> float:
        """``value`` of a trial that has one, as every complete trial does."""
        assert self.value is not None, f"trial {self.number} is {self.state}"
        return self.value

    def folder(self, runs: Path | None = None) -> Path | None:
        """Its run folder; None if unknown. ``runs``: where all run folders were moved to."""
        return self.run if runs is None else runs / str(self.number)

    @cached_property
    def last_epoch(self) -> int:
        """The last epoch that it reported; 0 before the first."""
        return max(self.accuracies, default=0)

    @property
    def last_accuracy(self) -> float | None:
        """The last accuracy that it reported; None before the first epoch. Of several runs, the
        mean so far."""
        if self.runs:
            return sum(self.runs.values()) / len(self.runs)
        return self.accuracies.get(self.last_epoch, self.value)

    @property
    def epochs_planned(self) -> int | None:
        """The epochs of its recipe; None before a worker took the trial."""
        epochs = self.recipe.get("epochs")
        return None if epochs is None else int(epochs)


def trial_record(trial: FrozenTrial, folder: Path = Path()) -> TrialRecord:
    """The record of one of Optuna's trials. ``folder``: of a run folder with a relative path."""
    attributes = attributes_of(trial)
    state = _STATES[trial.state]
    if state == State.RUNNING and attributes.resumable:
        state = State.STOPPED
    return TrialRecord(
        number=trial.number,
        id=trial_id(trial),
        role=attributes.role,
        state=state,
        params=dict(trial.params),
        distributions=dict(trial.distributions),
        accuracies=dict(sorted(trial.intermediate_values.items())),
        value=None if trial.values is None else float(trial.values[0]),
        recipe=_NEW_KEYS | dict(attributes.recipe) if attributes.recipe else {},
        seconds=attributes.seconds,
        began=_utc(trial.datetime_start),
        ended=_utc(trial.datetime_complete),
        reason=attributes.reason or "unknown" if state == State.FAILED else "",
        run=None if attributes.run is None else folder / attributes.run,
        host=attributes.owner.host if attributes.owner else "",
        attempts=attributes.attempts,
        group=attributes.group,
        audited=attributes.audited,
        pair=attributes.pair,
        stopped=attributes.stopped,
        parameters=attributes.parameters,
        operations=attributes.operations,
    )


def _utc(local: datetime.datetime | None) -> datetime.datetime | None:
    return None if local is None else local_to_utc(local)

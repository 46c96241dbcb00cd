"""The attributes that a study stores with each trial, typed; Optuna keeps them as loose keys."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

import optuna
from optuna.trial import FrozenTrial
from pydantic import BaseModel, ConfigDict, Field

from fer.validation import parse
from search.storage.process_identity import ProcessIdentity

BASELINE = "baseline"
SEARCH = "search"
REPEAT = "repeat"
RACE = "race"


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Owner(_Stored):
    """The worker process that runs a trial, and the session that it belongs to.

    Attributes:
        attempt: a random name of this worker's work on the trial; empty for an owner of an earlier
            version.
        lease: seconds without a new heartbeat after which another worker may take the trial. The
            earlier version reported one each epoch.
    """

    host: str
    pid: int
    session: str = ""
    attempt: str = ""
    lease: float = 1800.0

    @property
    def process(self) -> ProcessIdentity:
        return ProcessIdentity(self.host, self.pid)


class Deaths(_Stored):
    """How many workers of a trial died at the same epoch, one after the other."""

    epoch: int
    count: int


class Attempt(_Stored):
    """One worker's work on a trial, from taking it to ending, stopping or losing it.

    Attributes:
        began, ended: UTC; ``ended`` moves with every epoch, so that a killed attempt ends with its
            last one.
        host, pid: of the worker.
        cores: that the worker may run on.
        peak_memory: resident bytes of the worker in the attempt; None where that is not known.
        load: mean of the machine's 1-minute load average, read after every epoch; None before the
            first epoch and where the system has none.
        cpu_seconds: of the worker process, all of its threads.
    """

    began: datetime.datetime
    ended: datetime.datetime
    host: str
    pid: int
    cores: int
    peak_memory: int | None = None
    load: float | None = None
    cpu_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """From its begin to its last epoch."""
        return (self.ended - self.began).total_seconds()


class TrialAttributes(_Stored):
    """The attributes of a trial, in addition to Optuna's own fields.

    Attributes:
        role: ``BASELINE``; ``SEARCH``, a trial of the space; ``REPEAT``, another run of a trial's
            recipe, with another seed or split; ``RACE``, a run of a recipe in the race; or empty
            for an enqueued trial that no worker has taken.
        group: the number of the trial whose recipe a ``REPEAT`` or ``RACE`` trains; else None.
        pair: of a fold and a seed, which a ``REPEAT`` or ``RACE`` trains; else None. See
            ``Objective.fold`` and ``Race.fold``.
        stopped: of the last run of a recipe that the pruner stopped between two runs: after how
            many, with which mean, and why.
        parameters, operations: of a race run's network, see ``fer.networks.cost``; else None.
        run: the run folder on the machine that trains or trained it.
        recipe: the recipe as JSON values; empty before a worker has taken the trial.
        owner: the worker that took it last.
        heartbeat: when its worker last reported to be alive, in UTC.
        deaths: of its workers since the last new epoch.
        resumable: whether it was interrupted, and waits for the next start.
        seconds: of training over all starts; None before the first epoch.
        attempts: the work on it, oldest first, with pauses in between; empty in a study that an
            earlier version ran.
        reason: why it failed, in one line; empty unless it failed.
        audited: the epoch after which the pruner would have stopped it, had it not run on to check
            the pruner; else None.
    """

    role: str = ""
    group: int | None = None
    pair: int | None = None
    stopped: str = ""
    parameters: int | None = None
    operations: int | None = None
    run: Path | None = None
    recipe: Mapping[str, Any] = Field(default_factory=dict)
    owner: Owner | None = None
    heartbeat: datetime.datetime | None = Field(None, alias="beat")
    deaths: Deaths | None = None
    resumable: bool = False
    seconds: float | None = None
    attempts: tuple[Attempt, ...] = ()
    reason: str = ""
    audited: int | None = None


class Changes(TypedDict, total=False):
    """The attributes to store; keys as in ``TrialAttributes``."""

    role: str
    group: int
    pair: int
    stopped: str
    parameters: int
    operations: int
    run: Path
    recipe: Mapping[str, Any]
    owner: Owner
    heartbeat: datetime.datetime
    deaths: Deaths
    resumable: bool
    seconds: float
    attempts: tuple[Attempt, ...]
    reason: str
    audited: int


def is_baseline(trial: FrozenTrial | optuna.Trial) -> bool:
    """Whether a trial trains the study's baseline.

    Reads the one key, as samplers ask this of every trial at every suggestion.
    """
    return bool(trial.user_attrs.get("role") == BASELINE)


def is_of_space(trial: FrozenTrial | optuna.Trial) -> bool:
    """Whether a trial is one of the search space: sampled, or enqueued by a user."""
    return trial.user_attrs.get("role", "") in (SEARCH, "")


def is_repeat(trial: FrozenTrial | optuna.Trial) -> bool:
    """Whether a trial is another run of a trial's recipe, whose mean accuracy is the objective."""
    return bool(trial.user_attrs.get("role") == REPEAT)


def is_of_race(trial: FrozenTrial | optuna.Trial) -> bool:
    """Whether a trial is a run of a recipe in the race, other than the baseline's first one."""
    return bool(trial.user_attrs.get("role") == RACE)


def attributes_of(trial: FrozenTrial | optuna.Trial) -> TrialAttributes:
    """The attributes of a trial.

    Raises:
        BadInput: another program stored a value of another kind.
    """
    return parse(TrialAttributes, trial.user_attrs, f"trial {trial.number}")


def encode(changes: Changes) -> dict[str, Any]:
    """Changes as the storage's keys and JSON values."""
    encoded = TrialAttributes.model_validate(changes)
    return encoded.model_dump(mode="json", by_alias=True, include=set(changes))

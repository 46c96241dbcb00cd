"""How trials are handed out: each to one worker, and a killed worker's trial to the next one.

A worker holds a ``flock`` on its trial's run folder for as long as it lives, so a RUNNING trial
whose lock is free has lost its worker. It is taken over as it is: parameters from the storage,
weights from the checkpoint. Failing it and enqueueing it again would lose it if that, too, is
killed half-way. All of this happens under the storage's lock.
"""

import datetime
import fcntl
import itertools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from fer.errors import BadInput, FerError
from fer.recipe import Recipe
from search.execution.budget import ending
from search.storage.baseline import BASELINE, ROLE, SEARCH, is_baseline
from search.storage.sessions import worked_alone
from search.storage.storage_retry import PASSING
from search.storage.study import FerStudy, host, me, now, utc

LOCK = "worker.lock"
GRACE = datetime.timedelta(minutes=30)
"""Silence after which a trial of another machine counts as lost. Workers beat at every epoch."""

DEATHS = 3
"""A trial whose worker dies so often without a new epoch is what kills it."""


@dataclass
class Claim:
    """A trial that this process runs; nobody else does while ``lock`` is open."""

    study: FerStudy
    trial: optuna.Trial
    recipe: Recipe
    run: Path
    lock: IO[str]
    baseline: bool

    def release(self) -> None:
        """Let the run folder go."""
        self.lock.close()


def claim(study: FerStudy, folder: Path, session: str) -> Claim | None:
    """Take over a lost trial, or start the next one; None if the study is to start no more.

    Args:
        folder: the study's folder; the trial's run folder is in it, unless it began elsewhere and
            is still there.
        session: trials of the same session are left to its supervisor, which knows why their
            worker died; but not one that this process itself dropped, as the storage failed it.
    """
    while True:
        with study.opened.lock():
            taken = _adopt(study, folder, session) or _start(study, folder)
            if taken is None:
                return None
            trial, lock, run = taken
            try:
                return _settle(study, trial, lock, run, session)
            except PASSING:  # no fault of the trial's: it is taken over when the storage answers
                lock.close()
                raise
            except Exception as error:  # such as parameters that make no recipe
                fail(study, trial._trial_id, reason_of(error))
                lock.close()


def reason_of(error: Exception) -> str:
    """An error in one line, for the storage."""
    first = (str(error).strip().splitlines() or [""])[0]
    return (first if isinstance(error, FerError) else f"{type(error).__name__}: {first}")[:500]


def fail(study: FerStudy, trial_id: int, reason: str) -> None:
    """End a trial as failed, with the reason, unless it has ended already."""
    try:
        study._storage.set_trial_user_attr(trial_id, "reason", reason)
        study._storage.set_trial_state_values(trial_id, TrialState.FAIL)
    except optuna.exceptions.UpdateFinishedTrialError:
        return


def running(study: FerStudy) -> list[FrozenTrial]:
    """The trials in state RUNNING, by number, whether their worker lives or not."""
    return [trial for trial in study.everything() if trial.state == TrialState.RUNNING]


def give_up(study: FerStudy, session: str, pid: int, why: str, *, out_of_memory: bool) -> bool:
    """Deal with the trial of a session's worker that died; returns whether it had one.

    A trial that ran out of memory, or whose worker died ``DEATHS`` times at the same epoch, fails;
    any other is left to be taken over.
    """
    with study.opened.lock():
        for frozen in running(study):
            owner = frozen.user_attrs.get("owner", {})
            if (owner.get("session"), owner.get("pid")) != (session, pid):
                continue
            if out_of_memory:
                fail(study, frozen._trial_id, f"its worker {why}")
            elif not _fatal(study, frozen, why):
                owner = owner | {"session": ""}
                study._storage.set_trial_user_attr(frozen._trial_id, "owner", owner)
            return True
    return False


def _fatal(study: FerStudy, frozen: FrozenTrial, why: str) -> bool:
    """Count a death of the trial's worker, and fail the trial if it is one too many."""
    epoch = frozen.last_step or 0
    before = frozen.user_attrs.get("deaths", {"epoch": epoch, "count": 0})
    count = before["count"] + 1 if before["epoch"] == epoch else 1
    if count >= DEATHS:
        fail(study, frozen._trial_id, f"its worker {why} {count} times after epoch {epoch}")
        return True
    deaths = {"epoch": epoch, "count": count}
    study._storage.set_trial_user_attr(frozen._trial_id, "deaths", deaths)
    return False


_Taken = tuple[optuna.Trial, IO[str], Path]


def _adopt(study: FerStudy, folder: Path, session: str) -> _Taken | None:
    for frozen in running(study):
        owner: dict[str, Any] | None = frozen.user_attrs.get("owner")
        if owner is None:
            continue
        ours = owner["session"] == session
        dropped = ours and owner["pid"] == os.getpid()
        if ours and not dropped:
            continue
        run = _run_folder(frozen, folder)
        stopped = bool(frozen.user_attrs.get("resumable"))
        silent = utc() - _last_beat(frozen) > GRACE
        # One that was stopped says so itself: in a container even the same machine's name changes.
        if run.is_dir() and (owner["host"] == host() or stopped or silent):
            if lock := _lock(run):
                # A supervisor counts its workers' deaths, and where it died with them, it was not
                # the trial that killed them all. Nobody else counts those of one on its own, nor
                # that a storage which answers now took nothing of the trial's.
                why = "could not store its results" if dropped else "died"
                counts = dropped or (not stopped and worked_alone(owner))
                if counts and _fatal(study, frozen, why):
                    lock.close()
                    continue
                return _trial(study, frozen._trial_id), lock, run
        elif silent:
            reason = f"its worker on {owner['host']} has been silent for more than {GRACE}"
            fail(study, frozen._trial_id, reason)
    return None


def _run_folder(frozen: FrozenTrial, folder: Path) -> Path:
    """Where a trial began, or its place in the study's folder, if that was moved meanwhile."""
    began = Path(frozen.user_attrs["run"])
    return began if began.is_dir() else (folder / str(frozen.number)).absolute()


def _start(study: FerStudy, folder: Path) -> _Taken | None:
    trial = _orphan(study) or _next(study)
    if trial is None:
        return None
    run = (folder / str(trial.number)).absolute()
    run.mkdir(parents=True, exist_ok=True)
    lock = _lock(run)
    if lock is None:
        raise BadInput(
            f"{run}: a study of the same name in another storage trains there: use another --out"
        )
    if any(path.name != LOCK for path in run.iterdir()):
        lock.close()
        run.rename(_unused(run))  # left by a study whose storage is gone
        run.mkdir()
        lock = _lock(run)
        assert lock is not None, "nobody else starts a trial while we hold the storage's lock"
    return trial, lock, run


def _unused(run: Path) -> Path:
    names = (run.with_name(f"{run.name}.old-{count}") for count in itertools.count(1))
    return next(name for name in names if not name.exists())


def _orphan(study: FerStudy) -> optuna.Trial | None:
    # Owners are set under the lock that we hold: who made a trial without one died doing it.
    for frozen in running(study):
        if "owner" not in frozen.user_attrs:
            return _trial(study, frozen._trial_id)
    return None


def _next(study: FerStudy) -> optuna.Trial | None:
    if ending(study):
        return None
    trials = study.everything()
    baselines = [trial for trial in trials if is_baseline(trial)]
    if not any(trial.state in (TrialState.RUNNING, TrialState.COMPLETE) for trial in baselines):
        return _create(study, BASELINE)
    if any(trial.state == TrialState.WAITING for trial in trials):
        return study.ask()
    return _create(study, SEARCH)


def _create(study: FerStudy, role: str) -> optuna.Trial:
    # From a template, so that the trial and its role are stored in one transaction.
    template = optuna.trial.create_trial(state=TrialState.RUNNING, user_attrs={ROLE: role})
    return _trial(study, study._storage.create_new_trial(study._study_id, template))


def _trial(study: FerStudy, trial_id: int) -> optuna.Trial:
    study._thread_local.cached_all_trials = None
    return optuna.Trial(study, trial_id)


def _settle(study: FerStudy, trial: optuna.Trial, lock: IO[str], run: Path, session: str) -> Claim:
    baseline = trial.user_attrs.get(ROLE) == BASELINE
    if ROLE not in trial.user_attrs:
        trial.set_user_attr(ROLE, SEARCH)  # one that was enqueued
    trial.set_user_attr("run", str(run))
    trial.set_user_attr("beat", now())
    trial.set_user_attr("owner", me() | {"session": session})
    if baseline:
        recipe = study.definition.baseline_recipe(trial.number)
    else:
        values = study.definition.space.suggest(trial, study.definition.recipe)
        recipe = study.definition.trial_recipe(values, trial.number)
    trial.set_user_attr("recipe", recipe.model_dump(mode="json"))
    trial.set_user_attr("resumable", False)
    return Claim(study, trial, recipe, run, lock, baseline)


def _lock(run: Path) -> IO[str] | None:
    file = (run / LOCK).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _last_beat(trial: FrozenTrial) -> datetime.datetime:
    return datetime.datetime.fromisoformat(trial.user_attrs["beat"])

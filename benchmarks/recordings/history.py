"""Recordings of one machine at several commits, oldest first."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.recordings.files import read
from benchmarks.recordings.recording import Recording
from benchmarks.recordings.recording_set import RecordingSet, recording_files, repetitions
from fer.errors import BadInput

SHORT = 7
"""Digits of a commit's hash that are shown."""
Identity = tuple[str, str]
"""A machine's id and name: the machines of a cloud have the same id."""


@dataclass(frozen=True)
class History:
    """The recording sets of one machine, one for each commit, torch and allocator; oldest first."""

    sets: tuple[RecordingSet, ...]

    @property
    def machine(self) -> Mapping[str, Any]:
        """The machine as it was at last."""
        return self.sets[-1].machine

    @property
    def newest(self) -> RecordingSet:
        return self.sets[-1]


def read_histories(paths: Sequence[Path]) -> tuple[tuple[RecordingSet, ...], tuple[History, ...]]:
    """What a page shows of some files and folders.

    A file is one recording set. The recordings of a folder may be of several machines and commits:
    those of one machine and commit are repetitions and make one set.

    Returns:
        The sets to show side by side, in the order of the paths (of a folder, the newest set of
        each machine); and the history of each machine that has sets of several commits.

    Raises:
        BadInput: no such file, none in a folder, or repetitions whose cases do not agree.
    """
    shown: list[RecordingSet] = []
    every: list[RecordingSet] = []
    for path in paths:
        sets = _sets(path)
        every += sets
        shown += [history.newest for history in histories(sets)]
    return tuple(shown), tuple(each for each in histories(every) if len(each.sets) > 1)


def histories(sets: Iterable[RecordingSet]) -> list[History]:
    """The sets by machine, each oldest first: by the time of the commits where all are known, else
    by the time of the recordings."""
    by_machine: dict[Identity, list[RecordingSet]] = {}
    for each in sets:
        by_machine.setdefault(_identity(each.runs[0]), []).append(each)
    return [History(tuple(_in_order(some))) for some in by_machine.values()]


def short_commit(recordings: RecordingSet) -> str:
    """Such as ``4e0f2fe``; with a star where files differed from the commit; the date of the
    recording where the commit is not known."""
    run = recordings.runs[0]
    identity = _commit(run)
    if identity is None:
        return run.taken[:10]
    return identity[:SHORT] + "*" * _dirty(run)


def commit_time(recordings: RecordingSet) -> datetime.datetime | None:
    """When it was committed, in UTC; None where the recording does not say."""
    run = recordings.runs[0]
    known = (run.machine.get("commit") or {}).get("time") or run.commit.get("time")
    return _time(str(known), recordings.origin, "commit's time") if known else None


def recorded_time(recordings: RecordingSet) -> datetime.datetime:
    """When the first of its recordings began, in UTC."""
    return min(_time(run.taken, recordings.origin, "datetime") for run in recordings.runs)


def _sets(path: Path) -> list[RecordingSet]:
    recordings = {file: read(file) for file in recording_files(path)}
    groups: dict[object, dict[Path, Recording]] = {}
    for file, run in recordings.items():
        groups.setdefault(_key(run), {})[file] = run
    if len(groups) == 1:
        return [repetitions(str(path), recordings)]
    return [repetitions(str(next(iter(group))), group) for group in groups.values()]


def _key(run: Recording) -> object:
    """Recordings of an unknown commit are never repetitions of each other."""
    machine = run.machine
    commit = _commit(run)
    return (
        _identity(run),
        machine.get("versions", {}).get("torch"),
        machine.get("allocator"),
        run.taken if commit is None else (commit, _dirty(run)),
    )


def _identity(run: Recording) -> Identity:
    return str(run.machine.get("id")), str(run.machine.get("name"))


def _commit(run: Recording) -> str | None:
    identity = (run.machine.get("commit") or {}).get("id") or run.commit.get("id")
    return None if identity in (None, "unversioned") else str(identity)


def _dirty(run: Recording) -> bool:
    return bool((run.machine.get("commit") or {}).get("dirty") or run.commit.get("dirty"))


def _in_order(sets: Sequence[RecordingSet]) -> list[RecordingSet]:
    times = {id(each): commit_time(each) for each in sets}
    if None in times.values():
        return sorted(sets, key=recorded_time)
    return sorted(sets, key=lambda each: (times[id(each)], recorded_time(each)))


def _time(text: str, origin: str, key: str) -> datetime.datetime:
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            f"{origin}: {key} = {text[:40]!r}: must be a time such as 2026-05-04T08:00:00+00:00"
        ) from error
    return time if time.tzinfo else time.replace(tzinfo=datetime.UTC)

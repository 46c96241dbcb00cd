"""A recording set: one recording, or a folder of repeated recordings of one machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.recordings.comparability import must_match
from benchmarks.recordings.files import read
from benchmarks.recordings.recording import Measured, Recording
from fer.errors import BadInput


@dataclass(frozen=True)
class RecordingSet:
    """A recording, or several of the same commit on the same machine.

    Attributes:
        origin: the file or folder.
        runs: one recording each; all of one machine, torch, allocator and commit.
    """

    origin: str
    runs: tuple[Recording, ...]

    @property
    def machine(self) -> Mapping[str, Any]:
        return self.runs[0].machine

    @property
    def label(self) -> str:
        """The machine's name, else its id, and the file."""
        machine = self.machine.get("name") or self.machine.get("id") or "unnamed"
        return f"{Path(self.origin).name} ({machine})"

    @property
    def machines(self) -> list[Mapping[str, Any]]:
        """The machine as it was in each run."""
        return [run.machine for run in self.runs]

    def cases(self) -> dict[str, Measured]:
        """All cases by name, as in the first run that has them, with the samples of all runs."""
        by_name: dict[str, list[Measured]] = {}
        for run in self.runs:
            for case in run.measured:
                by_name.setdefault(case.name, []).append(case)
        return {name: _pooled(cases) for name, cases in by_name.items()}

    def processes(self, name: str) -> list[list[float]]:
        """A case's samples, grouped by the process that took them."""
        return [
            samples
            for run in self.runs
            for case in run.measured
            if case.name == name
            for samples in _by_process(case)
        ]

    def reason(self, name: str) -> str:
        """Why the case was not timed."""
        absent = {case.name: case.reason for run in self.runs for case in run.absent}
        return absent.get(name, "not timed")


def _pooled(cases: Sequence[Measured]) -> Measured:
    first = cases[0]
    if len(cases) == 1:
        return first
    extra = dict(first.extra)
    for key in ("member_seconds", "curves"):
        if key in extra:
            extra[key] = list(chain.from_iterable(case.extra.get(key, []) for case in cases))
    seconds = tuple(chain.from_iterable(case.seconds for case in cases))
    return replace(first, seconds=seconds, extra=extra)


def read_recording_set(path: Path) -> RecordingSet:
    """Read a recording, or a folder of repeated recordings of one machine.

    Raises:
        BadInput: no such file, none in the folder, or recordings that are no repetitions: of
            several machines, torches, allocators or commits, or with a case that differs in
            threads, precision or network.
    """
    files = recording_files(path)
    return repetitions(str(path), {file: read(file) for file in files})


def recording_files(path: Path) -> list[Path]:
    """The file, or the recordings of a folder, by name.

    Raises:
        BadInput: the folder has none.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise BadInput(f"{path}: expected a recording, or a folder of recordings (*.json)")
    return files


def repetitions(origin: str, recordings: Mapping[Path, Recording]) -> RecordingSet:
    """Recordings by their file as one set.

    Raises:
        BadInput: they are no repetitions of one recording.
    """
    files, runs = tuple(recordings), tuple(recordings.values())
    for key, values in (
        ("machine", [run.machine.get("id") for run in runs]),
        ("torch", [run.machine.get("versions", {}).get("torch") for run in runs]),
        ("allocator", [run.machine.get("allocator") for run in runs]),
        ("commit", [run.machine.get("commit", {}).get("id") for run in runs]),
    ):
        for file, value in zip(files, values, strict=True):
            _check_same(file, key, value, values[0], files[0])
    first: dict[str, tuple[Path, Measured]] = {}
    for file, run in zip(files, runs, strict=True):
        for case in run.measured:
            first_file, same = first.setdefault(case.name, (file, case))
            for key, (value, expected) in must_match(case, same).items():
                _check_same(file, f"{case.name}: {key}", value, expected, first_file)
    return RecordingSet(origin, runs)


def _check_same(file: Path, key: str, value: object, expected: object, other: Path) -> None:
    if value != expected:
        raise BadInput(
            f"{file}: {key} {value}: expected {expected}, as in {other.name}: "
            "the files of a folder are repetitions of one recording"
        )


def _by_process(case: Measured) -> list[list[float]]:
    """Samples by process, where ``extra_info.process`` holds the process of each sample."""
    marks = case.extra.get("process")
    if not isinstance(marks, list) or len(marks) != len(case.seconds):
        return [list(case.seconds)]
    groups: dict[object, list[float]] = {}
    for mark, seconds in zip(marks, case.seconds, strict=True):
        groups.setdefault(str(mark), []).append(seconds)
    return list(groups.values())

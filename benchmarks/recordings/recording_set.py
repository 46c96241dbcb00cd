"""A side of a comparison: a recording, or a folder of runs of the same, read and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.recordings.comparability import alike
from benchmarks.recordings.recording import Measured, Recording, read
from fer.errors import BadInput


@dataclass(frozen=True)
class Side:
    """What is compared: a file, or a folder whose files are runs of the same on one machine.

    Attributes:
        origin: the file or folder.
        runs: one recording a process; all of one machine and torch.
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
        """The machine as each run found it."""
        return [run.machine for run in self.runs]

    def cases(self) -> dict[str, Measured]:
        """All cases by name, as the first run that has them, with the samples of all."""
        found: dict[str, list[Measured]] = {}
        for run in self.runs:
            for case in run.measured:
                found.setdefault(case.name, []).append(case)
        return {name: _pooled(cases) for name, cases in found.items()}

    def processes(self, name: str) -> list[list[float]]:
        """A case's samples, process by process."""
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
    if "member_seconds" in extra:
        members = (case.extra.get("member_seconds", []) for case in cases)
        extra["member_seconds"] = list(chain.from_iterable(members))
    seconds = tuple(chain.from_iterable(case.seconds for case in cases))
    return replace(first, seconds=seconds, extra=extra)


def read_side(path: Path) -> Side:
    """Read a recording, or a folder of recordings of the same on one machine.

    Raises:
        BadInput: no such file, none in the folder, or they are no runs of the same: of several
            machines, torches, allocators or commits, or a case differs in threads, precision or
            network.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise BadInput(f"{path}: expected a recording, or a folder of recordings (*.json)")
    runs = tuple(read(file) for file in files)
    for file, run in zip(files, runs, strict=True):
        _check_machine(file, run.machine)
    for key, values in (
        ("machine", [run.machine.get("id") for run in runs]),
        ("torch", [run.machine.get("versions", {}).get("torch") for run in runs]),
        ("allocator", [run.machine.get("allocator") for run in runs]),
        ("commit", [run.machine.get("commit", {}).get("id") for run in runs]),
    ):
        for file, value in zip(files, values, strict=True):
            _check_same(file, key, value, values[0], files[0])
    seen: dict[str, tuple[Path, Measured]] = {}
    for file, run in zip(files, runs, strict=True):
        for case in run.measured:
            before, like = seen.setdefault(case.name, (file, case))
            for key, (value, expected) in alike(case, like).items():
                _check_same(file, f"{case.name}: {key}", value, expected, before)
    return Side(str(path), runs)


def _check_same(file: Path, key: str, value: object, expected: object, other: Path) -> None:
    if value != expected:
        raise BadInput(
            f"{file}: {key} {value}: expected {expected}, as in {other.name}: "
            "the files of a folder are taken for runs of the same"
        )


_NUMBER, _KINDS = (int, float), {dict: "a table", list: "a list", (int, float): "a number"}


def _check_machine(file: Path, machine: Mapping[str, Any]) -> None:
    """That what is looked into can be looked into; a value that is not there is no fault."""
    where = f"{file}: machine_info.fer"
    for key in ("versions", "processor", "commit"):
        _check_kind(where, machine, key, dict)
    _check_kind(where, machine, "load_before", _NUMBER)
    _check_kind(f"{where}.processor", machine.get("processor", {}), "available", _NUMBER)
    _check_kind(where, machine, "gpus", list)
    for number, gpu in enumerate(machine.get("gpus", [])):
        _check_kind(where, {f"gpus[{number}]": gpu}, f"gpus[{number}]", dict)
        for when in ("before", "after"):
            _check_kind(f"{where}.gpus[{number}]", gpu, when, dict)
            _check_kind(f"{where}.gpus[{number}].{when}", gpu.get(when, {}), "throttled", list)


def _check_kind(
    where: str, table: Mapping[str, Any], key: str, kind: type | tuple[type, ...]
) -> None:
    if key in table and not isinstance(table[key], kind):
        shown = repr(table[key])[:60]
        raise BadInput(f"{where}.{key} = {shown}: expected {_KINDS[kind]}")


def _by_process(case: Measured) -> list[list[float]]:
    """``extra_info`` may say in ``process`` which process each sample is of."""
    marks = case.extra.get("process")
    if not isinstance(marks, list) or len(marks) != len(case.seconds):
        return [list(case.seconds)]
    groups: dict[object, list[float]] = {}
    for mark, seconds in zip(marks, case.seconds, strict=True):
        groups.setdefault(str(mark), []).append(seconds)
    return list(groups.values())

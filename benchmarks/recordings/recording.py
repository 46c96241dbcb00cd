"""A recording: what one run of the benchmarks saw, in pytest-benchmark's JSON, with ours in it."""

import json
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from fer.errors import BadInput
from fer.files import write_text

MAX_BYTES = 200_000_000
LONGEST = 1e9
"""Seconds; no sample of a call takes thirty years."""
NOISY = 0.10
"""A case is noisy where its interquartile range is over this share of its median."""

EPOCH = 14_557
"""Training faces of an epoch: FER2013 cut to three classes, less the tenth that is held out."""


@dataclass(frozen=True)
class Measured:
    """One timed case.

    Attributes:
        seconds: every raw sample, in the order in which they were taken.
        items, unit: what one call worked off.
        extra: pytest-benchmark's ``extra_info``: ``flops``, ``bytes``, ``precision``, ``threads``,
            ``order``, ``device_seconds``, ``peak_rss_bytes``, ``peak_device_bytes``,
            ``energy_joules``, ``phases`` (medians; their samples in ``phase_seconds``), ``gpu``,
            ``warmup``, ``member_seconds``; what the machine could not say is not there.
    """

    group: str
    name: str
    params: Mapping[str, str | int]
    items: int
    unit: str
    seconds: tuple[float, ...]
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds)

    def percentile(self, q: float) -> float:
        """Seconds that ``q`` % of the samples stay under; linear between samples."""
        return float(np.percentile(self.seconds, q))

    def percentile_of_one(self, q: float) -> float:
        """The same of what one process waits, where several do the call at once.

        Of a call that ends with the slowest of four, the median is far above that of one.
        """
        members = self.extra.get("member_seconds")
        return float(np.percentile(list(chain(*members)), q)) if members else self.percentile(q)

    @property
    def iqr(self) -> float:
        """Seconds between the first and the third quartile."""
        return self.percentile(75) - self.percentile(25)

    @property
    def noisy(self) -> bool:
        """To be marked in every table and picture."""
        return self.iqr > NOISY * self.median

    @property
    def items_per_second(self) -> float:
        """By the median."""
        return self.items / self.median

    @property
    def epoch_seconds(self) -> float | None:
        """Seconds of an epoch of FER2013's three classes, where the case trains."""
        trains = self.group in ("training", "dataloader")
        return EPOCH / self.items_per_second if trains else None


@dataclass(frozen=True)
class AbsentCase:
    """A case that this machine could not run; where its memory ran out, that is a result too."""

    group: str
    name: str
    params: Mapping[str, str | int]
    reason: str


@dataclass(frozen=True)
class Recording:
    """One run of the benchmarks on one machine.

    Attributes:
        machine: fingerprint by ``benchmarks.system.machine``, with the ``peaks`` of the same run.
        commit: pytest-benchmark's ``commit_info``.
        taken: when it was begun, in UTC, ISO 8601.
    """

    machine: Mapping[str, Any]
    commit: Mapping[str, Any]
    taken: str
    measured: tuple[Measured, ...]
    absent: tuple[AbsentCase, ...] = ()


def write(path: Path, recording: Recording) -> None:
    """Write a recording as JSON that ``pytest-benchmark compare`` reads too."""
    write_text(path, json.dumps(to_json(recording), indent=1, allow_nan=False) + "\n")


def to_json(recording: Recording) -> dict[str, Any]:
    """pytest-benchmark's own layout; ``absent`` and all under ``fer`` are ours."""
    import pytest_benchmark

    return {
        "machine_info": machine_info(recording.machine),
        "commit_info": dict(recording.commit),
        "benchmarks": [_benchmark(measured) for measured in recording.measured],
        "absent": [dict(vars(absent)) for absent in recording.absent],
        "datetime": recording.taken,
        "version": pytest_benchmark.__version__,
    }


def machine_info(machine: Mapping[str, Any]) -> dict[str, Any]:
    """pytest-benchmark's ``machine_info``, with ours under ``fer``.

    The node is the machine's name for its owner, not its name in a network.
    """
    import platform

    return {
        "node": str(machine.get("name") or machine.get("id") or "unnamed"),
        "processor": platform.processor(),
        "machine": platform.machine(),
        "python_implementation": platform.python_implementation(),
        "python_version": platform.python_version(),
        "system": platform.system(),
        "release": platform.release(),
        "cpu": {},
        "fer": dict(machine),
    }


def _benchmark(measured: Measured) -> dict[str, Any]:
    from pytest_benchmark.stats import Stats

    stats: Any = Stats  # it has no types
    stats = stats()
    for seconds in measured.seconds:
        stats.update(seconds)
    parameters = measured.name.removeprefix(measured.group).strip("[]")
    return {
        "group": measured.group,
        "name": measured.name,
        "fullname": f"benchmarks::{measured.name}",
        "params": dict(measured.params),
        "param": parameters,
        "extra_info": {"items": measured.items, "unit": measured.unit, **measured.extra},
        "options": {"disable_gc": True, "timer": "perf_counter"},
        "stats": {**stats.as_dict(), "data": list(measured.seconds), "iterations": 1},
    }


def read(path: Path) -> Recording:
    """Read what ``write``, or ``pytest benchmarks/`` with ``--benchmark-json``, wrote.

    Raises:
        BadInput: missing, too large, not such a file, or a value in it that cannot be.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"{path}: expected a recording of at most {MAX_BYTES:,} bytes")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 text at byte {error.start}") from error
    try:
        values = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}: not JSON: {error}") from error
    return from_json(values, str(path))


def from_json(values: Any, origin: str) -> Recording:
    """A recording from the layout of ``to_json``; ``origin`` is the file that an error names.

    Raises:
        BadInput: not such a layout.
    """
    look = _Look(values, origin)
    machine = look.at("machine_info", dict).within("fer", dict)
    benchmarks = [_measured(entry) for entry in look.each("benchmarks")]
    absent = [
        AbsentCase(
            group=entry.within("group", str),
            name=entry.within("name", str),
            params=_params(entry),
            reason=entry.within("reason", str),
        )
        for entry in (look.each("absent") if "absent" in values else [])
    ]
    names = [case.name for case in benchmarks] + [case.name for case in absent]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadInput(f"{origin}: {twice[0]}: stands in it twice")
    return Recording(
        machine=machine,
        commit=look.within("commit_info", dict),
        taken=look.within("datetime", str),
        measured=tuple(benchmarks),
        absent=tuple(absent),
    )


def _measured(look: "_Look") -> Measured:
    extra = look.at("extra_info", dict)
    items = extra.within("items", int)
    if items < 1:
        raise BadInput(f"{extra.origin}.items = {items!r}: expected at least 1")
    stats = look.at("stats", dict)
    seconds = stats.within("data", list)
    if not seconds:
        raise BadInput(f"{stats.origin}.data: expected at least one sample")
    _check_seconds(f"{stats.origin}.data", seconds)
    for call in extra.within("member_seconds", list) if "member_seconds" in extra.values else []:
        if not isinstance(call, list) or not call:
            raise BadInput(f"{extra.origin}.member_seconds: {_shown(call)}: expected a list")
        _check_seconds(f"{extra.origin}.member_seconds", call)
    return Measured(
        group=look.within("group", str),
        name=look.within("name", str),
        params=_params(look),
        items=items,
        unit=extra.within("unit", str),
        seconds=tuple(map(float, seconds)),
        extra={key: value for key, value in extra.values.items() if key not in ("items", "unit")},
    )


def _check_seconds(where: str, samples: list[Any]) -> None:
    for sample in samples:
        if type(sample) not in (int, float) or not 0 < sample < LONGEST:
            raise BadInput(f"{where}: {sample!r}: expected seconds above 0")


def _params(look: "_Look") -> dict[str, str | int]:
    params: dict[str, str | int] = look.within("params", dict)
    for key, value in params.items():
        if type(value) not in (str, int):
            raise BadInput(f"{look.origin}.params.{key} = {value!r}: expected a word or a number")
    return params


_KINDS = {dict: "a table", list: "a list", str: "text", int: "a whole number"}


class _Look:
    """A JSON object, and where in which file it stands."""

    def __init__(self, values: Any, origin: str) -> None:
        if not isinstance(values, dict):
            raise BadInput(f"{origin}: expected a benchmark's JSON: a table, not {_shown(values)}")
        self.values: dict[str, Any] = values
        self.origin = origin

    def within(self, key: str, kind: type) -> Any:
        """A value of this kind, and of no other."""
        where = f"{self.origin}: {key}" if ": " not in self.origin else f"{self.origin}.{key}"
        if key not in self.values:
            raise BadInput(f"{where}: is missing: expected what `fer bench run` wrote")
        value = self.values[key]
        if type(value) is not kind:
            raise BadInput(f"{where} = {_shown(value)}: expected {_KINDS[kind]}")
        return value

    def at(self, key: str, kind: type) -> "_Look":
        """The table under a key."""
        where = f"{self.origin}: {key}" if ": " not in self.origin else f"{self.origin}.{key}"
        return _Look(self.within(key, kind), where)

    def each(self, key: str) -> "list[_Look]":
        """The tables of a list."""
        entries = self.within(key, list)
        return [_Look(entry, f"{self.origin}: {key}[{i}]") for i, entry in enumerate(entries)]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")

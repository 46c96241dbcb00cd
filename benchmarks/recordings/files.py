"""Recordings as files: pytest-benchmark's JSON, which ``pytest-benchmark compare`` reads too."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.recordings.recording import AbsentCase, Measured, Recording
from benchmarks.recordings.schema import RecordingFile
from fer.errors import BadInput
from fer.files import write_text
from fer.validation import parse

MAX_BYTES = 200_000_000


def write(path: Path, recording: Recording) -> None:
    """Write a recording as JSON."""
    write_text(path, json.dumps(to_json(recording), indent=1, allow_nan=False) + "\n")


def to_json(recording: Recording) -> dict[str, Any]:
    """pytest-benchmark's layout, with ``absent`` and ``machine_info.fer`` added."""
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
    """pytest-benchmark's ``machine_info``, with the fingerprint under ``fer``.

    The node is the name that the user gave the machine, not its host name.
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
    """Read what ``write``, or ``pytest benchmarks/ --benchmark-json``, wrote.

    Raises:
        BadInput: missing, too large, not a recording, or a value out of range.
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
        values = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}: not JSON: {error}") from error
    return from_json(values, str(path))


def from_json(values: Any, origin: str) -> Recording:
    """A recording from the layout of ``to_json``; ``origin`` is the file that an error names.

    Raises:
        BadInput: another layout.
    """
    if not isinstance(values, dict):
        shown = repr(values)[:60]
        raise BadInput(f"{origin}: expected a table that `fer bench run` wrote, not {shown}")
    parse(RecordingFile, values, origin)
    measured = tuple(_measured(entry) for entry in values["benchmarks"])
    absent = tuple(_absent(entry) for entry in values.get("absent", []))
    names = [case.name for case in measured] + [case.name for case in absent]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise BadInput(f"{origin}: {repeated[0]}: expected each case once")
    return Recording(
        machine=values["machine_info"]["fer"],
        commit=values["commit_info"],
        taken=values["datetime"],
        measured=measured,
        absent=absent,
    )


def _measured(entry: Mapping[str, Any]) -> Measured:
    extra = dict(entry["extra_info"])
    return Measured(
        group=entry["group"],
        name=entry["name"],
        params=entry["params"],
        items=extra.pop("items"),
        unit=extra.pop("unit"),
        seconds=tuple(map(float, entry["stats"]["data"])),
        extra=extra,
    )


def _absent(entry: Mapping[str, Any]) -> AbsentCase:
    return AbsentCase(entry["group"], entry["name"], entry["params"], entry["reason"])


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")

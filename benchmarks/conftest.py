"""Additions of `pytest benchmarks/` to pytest-benchmark's JSON, which make it a recording."""

from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks.recordings.files import machine_info
from benchmarks.recordings.recording import AbsentCase

ABSENT = pytest.StashKey[list[AbsentCase]]()
MACHINE = pytest.StashKey[Mapping[str, Any]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--full`` and ``--peaks``; both take long."""
    group = parser.getgroup("fer benchmarks")
    group.addoption("--full", action="store_true", help="time the full set, not the quick one")
    group.addoption("--peaks", action="store_true", help="measure the machine's own peaks too")


def pytest_configure(config: pytest.Config) -> None:
    """Start with no absent case."""
    config.stash[ABSENT] = []


def pytest_sessionstart(session: pytest.Session) -> None:
    """Read the machine's properties before anything runs on it."""
    if session.config.getoption("collectonly"):
        return
    from benchmarks.system.machine import fingerprint

    session.config.stash[MACHINE] = fingerprint()


def pytest_benchmark_update_machine_info(
    config: pytest.Config, machine_info: dict[str, Any]
) -> None:
    """Put the fingerprint under ``fer``, and drop the host name."""
    from benchmarks.system.machine import finished

    machine = finished(config.stash[MACHINE])
    if config.getoption("--peaks"):
        from benchmarks.system.peaks import machine_peaks

        machine["peaks"] = machine_peaks()
    machine_info.clear()
    machine_info.update(_machine_info(machine))


_machine_info = machine_info  # the hook's argument must have the same name


def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    """Add the cases that this machine could not run."""
    output_json["absent"] = [dict(vars(case)) for case in config.stash[ABSENT]]

"""Run cases, each interleave group in a process of its own, and survive that process's death."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import groupby
from select import select
from typing import Any, Protocol

from benchmarks.cases.case import Case
from benchmarks.recordings.recording import FAILED, OUT_OF_MEMORY, AbsentCase, Measured
from benchmarks.timing.limits import TimingLimits
from benchmarks.timing.timing_process import Assignment
from fer.cgroup import out_of_memory_kills
from fer.process import available_cores, training_environment

SILENCE_SECONDS = 900.0
"""A timing process that answers nothing for so long is considered hung, and killed."""


class Watcher(Protocol):
    """Observes a run."""

    def doing(self, step: str, name: str) -> None:
        """A case is about to be set up, warmed up or timed."""

    def result(self, result: Measured | AbsentCase) -> None:
        """A case is done."""


@dataclass(frozen=True)
class Plan:
    """What to time.

    Attributes:
        source: ``module:function`` that returns all cases, in this process and the timing ones.
        cases: the ones to time.
    """

    source: str
    cases: tuple[Case, ...]
    limits: TimingLimits


def run(plan: Plan, watcher: Watcher) -> tuple[list[Measured], list[AbsentCase]]:
    """Time all cases of a plan.

    A case whose process dies is recorded as absent with the reason, and the rest of its group is
    timed again without it.
    """
    results: dict[str, Measured | AbsentCase] = {}

    def settle(result: Measured | AbsentCase) -> None:
        results[result.name] = result
        watcher.result(result)

    for threads, groups in groupby(groups_of(plan.cases), key=lambda group: group[0].threads):
        remaining = list(groups)
        while remaining:
            remaining = _run_timing_process(
                plan, remaining, threads or available_cores(), settle, watcher
            )
    ordered = [results[case.name] for case in plan.cases]
    return (
        [result for result in ordered if isinstance(result, Measured)],
        [result for result in ordered if isinstance(result, AbsentCase)],
    )


def failures(absent: Sequence[AbsentCase]) -> list[AbsentCase]:
    """The cases that failed, as opposed to those that the machine cannot run."""
    return [case for case in absent if case.reason.startswith(FAILED)]


def groups_of(cases: Sequence[Case]) -> list[tuple[Case, ...]]:
    """Cases that are timed in one process: an interleave group together, any other case alone."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        group = case.interleave_group
        groups.setdefault(f"group {group}" if group else case.name, []).append(case)
    return [tuple(group) for group in groups.values()]


def _run_timing_process(
    plan: Plan,
    groups: list[tuple[Case, ...]],
    threads: int,
    settle: Callable[[Measured | AbsentCase], None],
    watcher: Watcher,
) -> list[tuple[Case, ...]]:
    """Time the first group that the machine can run; returns the groups that remain."""
    names = tuple(tuple(case.name for case in group) for group in groups)
    assignment = Assignment(plan.source, names, plan.limits)
    done, doing, last = 0, ("start", groups[0][0].name), ""
    settled: set[str] = set()
    kills = out_of_memory_kills()
    with _timing_process(assignment, threads) as (process, stderr):
        for answer in _answers(process):
            last = answer["event"]
            if last == "doing":
                doing = (answer["step"], answer["name"])
                watcher.doing(*doing)
            elif last == "done":
                done = answer["groups"]
            else:
                result = _result(answer)
                settled.add(result.name)
                settle(result)
        status = process.wait()
        stderr.seek(0)
        errors = stderr.read().decode("utf-8", "replace").strip().splitlines()
    if last == "done":
        # Whatever its status: a crash while it exits is not the fault of a case.
        return groups[done:]
    step, name = doing
    reason = _cause(status, _killed_for_memory(status, kills), errors)
    group = [case for case in groups[done] if case.name not in settled]
    # It died within a group: during interleaved timing any of its cases may be the cause, in any
    # other step it is the one that the step was for.
    failed = group if step == "timing" else [case for case in group if case.name == name] or group
    for case in failed:
        settle(AbsentCase(case.group, case.name, dict(case.params), f"{reason} ({step})"))
    rest = tuple(case for case in group if case not in failed)
    return ([rest] if rest else []) + groups[done + 1 :]


@contextmanager
def _timing_process(
    assignment: Assignment, threads: int
) -> "Iterator[tuple[subprocess.Popen[bytes], Any]]":
    """Start the timing process; afterwards it, its descendants and its temporary files are gone."""
    with tempfile.TemporaryFile() as stderr, _temporary_folder() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.timing.timing_process"],
            env=training_environment(threads) | {"TMPDIR": folder},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            # In a process group of its own: Ctrl-C reaches only this process, which ends the group.
            start_new_session=True,
        )
        try:
            assert process.stdin is not None
            with suppress(BrokenPipeError):  # it died at once; its status tells why
                process.stdin.write(assignment.to_json().encode())
                process.stdin.close()
            yield process, stderr
        finally:
            _end(process)


@contextmanager
def _temporary_folder() -> Iterator[str]:
    """A temporary folder. Killed processes may write for a moment more, so removal is repeated."""
    folder = tempfile.mkdtemp(prefix="fer-bench-")
    # A server that does not run as root has its own folder in it.
    os.chmod(folder, 0o711)
    try:
        yield folder
    finally:
        for _ in range(50):
            shutil.rmtree(folder, ignore_errors=True)
            if not os.path.exists(folder):
                break
            time.sleep(0.1)


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):  # they have all ended
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


def _answers(process: "subprocess.Popen[bytes]") -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    descriptor, buffer = process.stdout.fileno(), b""
    while True:
        if not select([descriptor], [], [], SILENCE_SECONDS)[0]:
            process.kill()
            return
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            return
        buffer += chunk
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            yield json.loads(line)


def _result(answer: dict[str, Any]) -> Measured | AbsentCase:
    if answer["event"] == "absent":
        return AbsentCase(**answer["absent"])
    measured = Measured(**answer["measured"])
    return replace(measured, seconds=tuple(measured.seconds))


def _killed_for_memory(status: int, kills: int) -> bool:
    """The count may be the whole machine's, so the signal has to agree."""
    return status == -signal.SIGKILL and out_of_memory_kills() > kills


def _cause(status: int, killed_for_memory: bool, errors: list[str]) -> str:
    if killed_for_memory:
        return f"{OUT_OF_MEMORY}: the kernel killed the process"
    last = f": {errors[-1]}" if errors else ""
    if status < 0:
        return f"{FAILED}the process was ended by {signal.Signals(-status).name}{last}"
    return f"{FAILED}the process ended with status {status}{last}"

"""Timing a set of cases, each group in a process of its own, whatever becomes of that process."""

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
from benchmarks.recordings.recording import AbsentCase, Measured
from benchmarks.system.memory import out_of_memory_kills
from benchmarks.timing.measure import FAILED, OUT_OF_MEMORY
from benchmarks.timing.samples import Limits
from benchmarks.timing.timing_process import Assignment
from fer.process import available_cores, training_environment

SILENCE_SECONDS = 900.0
"""Without a word from the timing process, after which it is taken for hung."""


class Watcher(Protocol):
    """Shows a run while it goes on."""

    def doing(self, step: str, name: str) -> None:
        """A case is about to be set up, warmed up or timed."""

    def result(self, result: Measured | AbsentCase) -> None:
        """A case is done."""


@dataclass(frozen=True)
class Plan:
    """What to time.

    Attributes:
        source: ``module:function`` that gives all cases, in this process and the timing ones.
        cases: those of them to time.
    """

    source: str
    cases: tuple[Case, ...]
    limits: Limits


def run(plan: Plan, watcher: Watcher) -> tuple[list[Measured], list[AbsentCase]]:
    """Time all cases of a plan.

    A case whose process dies is absent with the reason, and the rest of its group is timed again
    without it.
    """
    results: dict[str, Measured | AbsentCase] = {}

    def settle(result: Measured | AbsentCase) -> None:
        results[result.name] = result
        watcher.result(result)

    for threads, groups in groupby(groups_of(plan.cases), key=lambda group: group[0].threads):
        left = list(groups)
        while left:
            left = _run_child(plan, left, threads or available_cores(), settle, watcher)
    ordered = [results[case.name] for case in plan.cases]
    return (
        [result for result in ordered if isinstance(result, Measured)],
        [result for result in ordered if isinstance(result, AbsentCase)],
    )


def failures(absent: Sequence[AbsentCase]) -> list[AbsentCase]:
    """The cases that are absent through a fault, and for no lack of the machine's."""
    return [case for case in absent if case.reason.startswith(FAILED)]


def groups_of(cases: Sequence[Case]) -> list[tuple[Case, ...]]:
    """Cases that are timed in one process: rivals together, any other alone."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(f"rivals {case.rivals}" if case.rivals else case.name, []).append(case)
    return [tuple(group) for group in groups.values()]


def _run_child(
    plan: Plan,
    groups: list[tuple[Case, ...]],
    threads: int,
    settle: Callable[[Measured | AbsentCase], None],
    watcher: Watcher,
) -> list[tuple[Case, ...]]:
    """Time the first of the groups that the machine can; returns the groups that are left."""
    names = tuple(tuple(case.name for case in group) for group in groups)
    assignment = Assignment(plan.source, names, plan.limits)
    done, doing, last = 0, ("start", groups[0][0].name), ""
    settled: set[str] = set()
    kills = out_of_memory_kills()
    with _child(assignment, threads) as (process, stderr):
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
        said = stderr.read().decode("utf-8", "replace").strip().splitlines()
    if last == "done":
        # Whatever its status: what it may have died of since, while it ended, is no case's fault.
        return groups[done:]
    # It died in the middle of a group.
    step, name = doing
    reason = _cause(status, _killed_for_memory(status, kills), said)
    group = [case for case in groups[done] if case.name not in settled]
    # While they are timed in turns nobody knows which of them it was; before, it was one.
    guilty = group if step == "timing" else [case for case in group if case.name == name] or group
    for case in guilty:
        settle(AbsentCase(case.group, case.name, dict(case.params), f"{reason} ({step})"))
    rest = tuple(case for case in group if case not in guilty)
    return ([rest] if rest else []) + groups[done + 1 :]


@contextmanager
def _child(assignment: Assignment, threads: int) -> "Iterator[tuple[subprocess.Popen[bytes], Any]]":
    """The timing process, at work; it, all it started, and its temporary files are gone afterwards,
    whatever happens."""
    with tempfile.TemporaryFile() as stderr, _folder() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.timing.timing_process"],
            env=training_environment(threads) | {"TMPDIR": folder},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            # Its own group: Ctrl-C reaches this process alone, which ends the whole group.
            start_new_session=True,
        )
        try:
            assert process.stdin is not None
            with suppress(BrokenPipeError):  # it died at once; its status says why
                process.stdin.write(assignment.to_json().encode())
                process.stdin.close()
            yield process, stderr
        finally:
            _end(process)


@contextmanager
def _folder() -> Iterator[str]:
    """For temporary files. What was killed may write for a moment still, so it is removed again."""
    folder = tempfile.mkdtemp(prefix="fer-bench-")
    # A server that may not run as root has its own folder in it.
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
    with suppress(ProcessLookupError):  # all of them have ended
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
    """The count may be the whole machine's, so that it takes the signal too."""
    return status == -signal.SIGKILL and out_of_memory_kills() > kills


def _cause(status: int, killed_for_memory: bool, said: list[str]) -> str:
    if killed_for_memory:
        return f"{OUT_OF_MEMORY}: the kernel killed the process"
    last = f": {said[-1]}" if said else ""
    if status < 0:
        return f"{FAILED}the process was ended by {signal.Signals(-status).name}{last}"
    return f"{FAILED}the process ended with status {status}{last}"

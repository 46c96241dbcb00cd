"""The timing process: ``python -m benchmarks.timing.timing_process``, started by the runner.

It reads an assignment from stdin and writes one JSON object a line. It exits after the first group
of cases that was really timed, so that every group has a fresh process with fresh memory; groups
that are absent cost no start.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any, TextIO

from benchmarks.cases.case import Case
from benchmarks.timing.limits import TimingLimits


@dataclass(frozen=True)
class Assignment:
    """What a timing process is to time.

    Attributes:
        source: ``module:function`` that returns all cases.
        groups: names of the cases that are timed together, group by group.
    """

    source: str
    groups: tuple[tuple[str, ...], ...]
    limits: TimingLimits

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def load_assignment(text: str) -> Assignment:
    """The inverse of ``to_json``."""
    values = json.loads(text)
    groups = tuple(map(tuple, values["groups"]))
    return Assignment(values["source"], groups, TimingLimits(**values["limits"]))


def cases_of(source: str) -> dict[str, Case]:
    """All cases of a ``module:function`` by name."""
    module, _, function = source.partition(":")
    make: Callable[[], list[Case]] = getattr(import_module(module), function)
    return {case.name: case for case in make()}


def serve(assignment: Assignment, answer: Callable[[dict[str, Any]], None]) -> None:
    """Time the assignment's first group that this machine can run.

    Answers ``doing`` before each step, ``measured`` or ``absent`` for each case, and ``done`` with
    the number of groups so far after each group.
    """
    from benchmarks.recordings.recording import Measured
    from benchmarks.timing.measure import measure

    cases = cases_of(assignment.source)
    for done, names in enumerate(assignment.groups, start=1):
        results = measure(
            [cases[name] for name in names],
            assignment.limits,
            lambda step, name: answer({"event": "doing", "step": step, "name": name}),
        )
        for result in results:
            kind = "measured" if isinstance(result, Measured) else "absent"
            answer({"event": kind, kind: vars(result)})
        answer({"event": "done", "groups": done})
        if any(isinstance(result, Measured) for result in results):
            return


def main() -> None:
    """Answers go to the original stdout; what cases print goes to stderr."""
    from benchmarks.system.out_of_memory import become_oom_victim

    become_oom_victim()
    assignment = load_assignment(sys.stdin.read())
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        serve(assignment, lambda values: _write(answers, values))


def _write(answers: TextIO, values: dict[str, Any]) -> None:
    answers.write(json.dumps(values, allow_nan=False) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()

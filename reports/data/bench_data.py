"""The machines of a report, and their cases in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

from benchmarks.analysis.comparison import Comparison, Row, compare
from benchmarks.recordings.history import History
from benchmarks.recordings.recording import AbsentCase, Measured
from benchmarks.recordings.recording_set import RecordingSet
from benchmarks.recordings.wording import in_words
from fer.errors import BadInput
from fer.formatting import rate
from reports.rendering.formatting import listing


@dataclass(frozen=True)
class Machine:
    """A recording set, under the name that the page gives its machine."""

    label: str
    recordings: RecordingSet

    @property
    def facts(self) -> Mapping[str, Any]:
        """Its fingerprint, with its peaks."""
        return self.recordings.machine

    @cached_property
    def cases(self) -> tuple[Measured, ...]:
        """All cases, each with the samples of all runs."""
        return tuple(
            replace(case, seconds=tuple(chain.from_iterable(self.recordings.processes(name))))
            for name, case in self.recordings.cases().items()
        )

    @cached_property
    def absent(self) -> tuple[AbsentCase, ...]:
        """Cases that no run could time."""
        timed = {case.name for case in self.cases}
        absent = {case.name: case for run in self.recordings.runs for case in run.absent}
        return tuple(case for name, case in absent.items() if name not in timed)

    def of(self, *groups: str) -> tuple[Measured, ...]:
        """The cases of some groups."""
        return tuple(case for case in self.cases if case.group in groups)


def name_of(machine: Mapping[str, Any]) -> str:
    """A machine's given name, else its GPU's or its processor's, else its id."""
    processor = machine.get("processor")
    named = processor.get("name") if isinstance(processor, Mapping) else processor
    gpus = machine.get("gpus") or ()
    gpu = gpus[0].get("name") if gpus and isinstance(gpus[0], Mapping) else None
    return str(machine.get("name") or gpu or named or machine.get("id", "?"))


def labelled(sets: Sequence[RecordingSet]) -> list[Machine]:
    """The machines in the order of their files; a second one of a name is called "name (2)"."""
    machines: dict[str, Machine] = {}
    for recordings in sets:
        name = name_of(recordings.machine)
        label, number = name, 2
        while label in machines:
            label, number = f"{name} ({number})", number + 1
        machines[label] = Machine(label, recordings)
    return list(machines.values())


@dataclass(frozen=True)
class BenchData:
    """What the figures of a benchmark report are built from; the first machine is the base.

    Attributes:
        histories: of the machines that were recorded at several commits.
    """

    machines: tuple[Machine, ...]
    histories: tuple[History, ...] = ()

    def cases(self, group: str) -> list[tuple[Machine, Measured]]:
        """The cases of a group on all machines, each with its machine."""
        return [(machine, case) for machine in self.machines for case in machine.of(group)]

    @cached_property
    def comparisons(self) -> tuple["MachineComparison", ...]:
        """Each further machine against the first one."""
        base, *others = self.machines
        return tuple(MachineComparison(base, other) for other in others)


@dataclass(frozen=True)
class MachineComparison:
    """One machine against the first."""

    base: Machine
    other: Machine

    @property
    def label(self) -> str:
        """Such as ``server against laptop``."""
        return f"{self.other.label} against {self.base.label}"

    @cached_property
    def result(self) -> Comparison | BadInput:
        """The comparison, or why no case can be compared."""
        try:
            return compare(self.base.recordings, self.other.recordings)
        except BadInput as error:
            return error

    @property
    def rows(self) -> tuple[Row, ...]:
        """The compared cases."""
        return self.result.rows if isinstance(self.result, Comparison) else ()


def setting(case: Measured | AbsentCase, leave_out: Iterable[str] = ()) -> str:
    """A case's factors in words, without the keys in ``leave_out`` and usual values."""
    return in_words(case.params, leave_out)


def case_name(case: Measured | AbsentCase) -> str:
    """Such as ``training: cpu, bf16, batch 128, eager``."""
    return f"{case.group}: {setting(case)}"


def case_names(cases: Sequence[Measured]) -> list[str]:
    """A name for each case, in words where they tell it from the others."""
    words = list(map(case_name, cases))
    return [
        name if words.count(name) == 1 else case.name
        for name, case in zip(words, cases, strict=True)
    ]


def speed(case: Measured) -> str:
    """``1,669 images/s``."""
    return f"{rate(case.items_per_second)} {case.unit}/s"


HARDLY_FASTER = 0.9
"""Noise of more than 10 % of the median makes up for so much."""


def quickest(cases: Sequence[Measured]) -> Measured | None:
    """The case with the highest throughput; a quiet one instead of a noisy one that is hardly
    faster."""
    best = max(cases, key=lambda case: case.items_per_second, default=None)
    calm = [case for case in cases if not case.noisy]
    calmest = max(calm, key=lambda case: case.items_per_second, default=None)
    if best and calmest and calmest.items_per_second >= HARDLY_FASTER * best.items_per_second:
        return calmest
    return best


def noise(cases: Sequence[Measured]) -> str:
    """A sentence on which of the cases are noisy; empty where none is."""
    noisy = [case for case in cases if case.noisy]
    if not noisy:
        return ""
    if len(noisy) > 2:
        return f" {len(noisy)} of {len(cases)} cases are noisy."
    names = listing([setting(case, ("device",)) or case.name for case in noisy])
    return f" {'These are' if len(noisy) > 1 else 'This is'} noisy: {names}."


NOISY = "A case is marked noisy where its interquartile range is over 10 % of its median."

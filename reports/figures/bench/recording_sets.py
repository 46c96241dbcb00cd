"""The machines of a report, and their cases in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

from benchmarks.analysis.comparison import Side
from benchmarks.recordings.recording import AbsentCase, Measured
from fer.formatting import rate
from reports.rendering.formatting import listing

USUAL = {"layout": "channels_last", "processes": "one"}
"""What goes without saying."""
WORDS = {
    "channels_last": "channels last",
    "contiguous": "channels first",
    "one_a_core": "one process a core",
    "onnxruntime": "ONNX Runtime",
    "graph": "CUDA graph",
    "dataloader": "DataLoader",
    "dataloader_0": "0 workers",
    "dataloader_2": "2 workers",
    "dataloader_4": "4 workers",
    "dataloader_2_contiguous": "2 workers, channels first",
    "trial_start": "start of a trial",
    "worker_start": "start of a worker",
    "one_trial": "a whole study of one trial",
    "help": "fer --help",
}


@dataclass(frozen=True)
class Machine:
    """A recording, or several of one machine, under the name that the page gives it."""

    label: str
    side: Side

    @property
    def facts(self) -> Mapping[str, Any]:
        """Its fingerprint, with its peaks."""
        return self.side.machine

    @cached_property
    def cases(self) -> tuple[Measured, ...]:
        """All cases, each with the samples of all runs."""
        return tuple(
            replace(case, seconds=tuple(chain.from_iterable(self.side.processes(name))))
            for name, case in self.side.cases().items()
        )

    @cached_property
    def absent(self) -> tuple[AbsentCase, ...]:
        """Cases that no run could time."""
        timed = {case.name for case in self.cases}
        found = {case.name: case for run in self.side.runs for case in run.absent}
        return tuple(case for name, case in found.items() if name not in timed)

    def of(self, *groups: str) -> tuple[Measured, ...]:
        """The cases of some families."""
        return tuple(case for case in self.cases if case.group in groups)


def name_of(machine: Mapping[str, Any]) -> str:
    """A machine's given name, else its GPU's or its processor's, else its id."""
    processor = machine.get("processor")
    named = processor.get("name") if isinstance(processor, Mapping) else processor
    gpus = machine.get("gpus") or ()
    gpu = gpus[0].get("name") if gpus and isinstance(gpus[0], Mapping) else None
    return str(machine.get("name") or gpu or named or machine.get("id", "?"))


def labelled(sides: Sequence[Side]) -> list[Machine]:
    """The machines in the order of their files; of two with one name, the second is "name (2)"."""
    found: dict[str, Machine] = {}
    for side in sides:
        name = name_of(side.machine)
        label, number = name, 2
        while label in found:
            label, number = f"{name} ({number})", number + 1
        found[label] = Machine(label, side)
    return list(found.values())


def setting(case: Measured | AbsentCase, leave: Iterable[str] = ()) -> str:
    """A case's factors in words, without those that ``leave`` names or that are as usual."""
    return in_words(case.params, leave)


def in_words(params: Mapping[str, str | int], leave: Iterable[str] = ()) -> str:
    """The same of the factors alone."""
    left = set(leave)
    words = []
    for key, value in params.items():
        if key in left or USUAL.get(key) == value:
            continue
        word = WORDS.get(str(value), str(value))
        words.append(f"{key} {word}" if isinstance(value, int) else word)
    return ", ".join(words)


def speed(case: Measured) -> str:
    """``1,669 images/s``."""
    return f"{rate(case.items_per_second)} {case.unit}/s"


def spread(case: Measured) -> dict[str, Any]:
    """plotly's asymmetric error bar of a speed: the interquartile range of the seconds."""
    middle = case.items_per_second
    return {
        "fast": case.items / case.percentile(25) - middle,
        "slow": middle - case.items / case.percentile(75),
    }


def noise(cases: Sequence[Measured]) -> str:
    """Which of the cases are noisy, in a sentence; empty where none is."""
    noisy = [case for case in cases if case.noisy]
    if not noisy:
        return ""
    if len(noisy) > 2:
        return f" {len(noisy)} of {len(cases)} cases are noisy."
    names = listing([setting(case, ("device",)) or case.name for case in noisy])
    return f" {'These are' if len(noisy) > 1 else 'This is'} noisy: {names}."


NOISY = "A case is marked noisy where its interquartile range is over 10 % of its median."

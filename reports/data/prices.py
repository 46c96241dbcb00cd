"""What each study would cost on each benchmarked machine, and how far that is from what was
measured on the machine where it ran."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from benchmarks.analysis.projection import Work, processes_of, project
from benchmarks.recordings.recording import Measured
from reports.data.bench_data import Machine
from reports.data.study_data import StudyData
from search.results.summary import recipe_of
from search.results.trials import TrialRecord


@dataclass(frozen=True)
class CheckedTrial:
    """A trial's measured seconds, evaluation and start included, and the projected ones."""

    number: int
    measured: float
    projected: float

    @property
    def ratio(self) -> float:
        """Measured over projected."""
        return self.measured / self.projected


@dataclass(frozen=True)
class Check:
    """The measured seconds of a study's trials against the projected ones, on its own machine.

    Attributes:
        load: mean of the trials' load averages; None where it was not recorded.
    """

    machine: str
    cores: int
    load: float | None
    trials: tuple[CheckedTrial, ...]

    @property
    def ratio(self) -> float:
        """All measured seconds over all projected ones."""
        measured = sum(trial.measured for trial in self.trials)
        return measured / sum(trial.projected for trial in self.trials)

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest ratio of a single trial."""
        ratios = [trial.ratio for trial in self.trials]
        return min(ratios), max(ratios)


@dataclass(frozen=True)
class Price:
    """A study on a machine.

    Attributes:
        seconds: of all its epochs, where the machine does nothing else.
        low, high: both counts of the work, the interval of the case's median, and, where the study
            was checked, the deviation found there.
        cases: the measured cases that it rests on, with the number of trials of each.
        missing: why there is no price; empty where there is one.
    """

    machine: str
    study: str
    seconds: float = 0.0
    low: float = 0.0
    high: float = 0.0
    cases: tuple[tuple[Measured, int], ...] = ()
    missing: str = ""


def price(name: str, study: StudyData, machine: Machine, check: Check | None) -> Price:
    """The price of a study's epochs on a machine."""
    works = [work for _, work in _works(study)]
    if not works:
        return Price(machine.label, name, missing="no trial has run an epoch")
    together = max((session.workers for session in study.snapshot.sessions), default=1) > 1
    projected = project(works, machine.recordings, together=together)
    if isinstance(projected, str):
        return Price(machine.label, name, missing=projected)
    cases = {each.case.name: each.case for each in projected}
    trials = Counter(each.case.name for each in projected)
    total = Price(
        machine.label,
        name,
        sum(each.seconds for each in projected),
        sum(each.low for each in projected),
        sum(each.high for each in projected),
        tuple((case, trials[name]) for name, case in cases.items()),
    )
    if check is None:
        return total
    return replace(
        total, low=total.low * min(1.0, check.ratio), high=total.high * max(1.0, check.ratio)
    )


def check(study: StudyData, machine: Machine) -> Check | None:
    """The study's measured seconds against the projected ones; None where it ran elsewhere, or
    where the machine has no case that fits."""
    ran_on = _machine_of(study)
    if ran_on is None or not _same_processor(study, ran_on, machine):
        return None
    cores = _cores(machine)
    together = int(ran_on.get("threads", cores)) < cores
    trained = [(trial, work) for trial, work in _works(study) if trial.seconds]
    projected = project(
        [work for _, work in trained],
        machine.recordings,
        together=together,
        precision=str(ran_on["precision"]),
    )
    if isinstance(projected, str) or not projected:
        return None
    loads = [
        attempt.load
        for trial, _ in trained
        for attempt in trial.attempts
        if attempt.load is not None
    ]
    checked = tuple(
        # Of processes that train at once, each takes as long as all of them together would take
        # for all of their work.
        CheckedTrial(trial.number, trial.seconds or 0.0, each.seconds * processes_of(each.case))
        for (trial, _), each in zip(trained, projected, strict=True)
    )
    return Check(machine.label, cores, fmean(loads) if loads else None, checked)


def _works(study: StudyData) -> Iterator[tuple[TrialRecord, Work]]:
    snapshot = study.snapshot
    if not snapshot.data:
        return
    held_out = study.held_out or 0
    faces = sum(snapshot.data["counts"].values()) - held_out
    for trial in snapshot.trials:
        if trial.accuracies and trial.recipe:
            yield trial, Work(recipe_of(trial), len(trial.accuracies), faces, held_out)


def _same_processor(study: StudyData, ran_on: Mapping[str, Any], machine: Machine) -> bool:
    """Whether a machine has the processor, and the cores, that a study ran on.

    A run names ``Intel Xeon``, as torch does; a recording ``Intel(R) Xeon(R) Processor``.
    """
    if str(ran_on.get("device", "cpu")).startswith("cuda"):
        names = [gpu.get("name") for gpu in machine.facts.get("gpus", [])]
        return ran_on["processor"] in names
    cores = {attempt.cores for trial in study.snapshot.trials for attempt in trial.attempts}
    cores |= {study.summary.get("machine", {}).get("cores")} - {None}
    if cores and cores != {_cores(machine)}:
        return False
    recorded = str(machine.facts.get("processor", {}).get("name", ""))
    words = set(re.sub(r"\(\w+\)", " ", recorded).lower().split())
    return set(str(ran_on["processor"]).lower().split()) <= words


def _cores(machine: Machine) -> int:
    return int(machine.facts.get("processor", {}).get("available") or 1)


def _machine_of(study: StudyData) -> Mapping[str, Any] | None:
    """The machine that the best trial or the baseline was trained on, from its run folder."""
    for run in (study.best_run, study.baseline_run):
        machine = run.metrics.get("machine")
        if isinstance(machine, Mapping) and machine.keys() >= {"processor", "precision"}:
            return machine
    return None

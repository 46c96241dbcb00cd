"""The report of benchmarks, of one machine or several."""

from collections.abc import Sequence

from benchmarks.analysis.reliability import reliability
from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.history import History
from benchmarks.recordings.recording_set import RecordingSet
from fer.formatting import count
from reports.data.bench_data import BenchData, Machine, labelled, quickest, setting, speed
from reports.figures.bench import speedrun
from reports.figures.bench.dataloader import loader_comparisons
from reports.figures.bench.training import fastest, fastest_together
from reports.pages.sections import SectionSpec, sections_of
from reports.rendering.figure import Fact, Page
from reports.rendering.formatting import listing

PACKAGE = "reports.figures.bench"
SECTIONS = (
    SectionSpec("training-part", "Training", (
        "epoch_seconds",
        "training",
        "phases",
        "dataloader",
    )),
    SectionSpec("speedrun-part", "Time to accuracy", (
        "speedrun",
    )),
    SectionSpec("inference-part", "Inference", (
        "throughput",
        "latency",
    )),
    SectionSpec("networks-part", "Networks", (
        "networks",
    )),
    SectionSpec("limits-part", "Limits", (
        "roofline",
        "scaling",
    )),
    SectionSpec("overhead-part", "Overhead", (
        "overhead",
    )),
    SectionSpec("machines-part", "Machines side by side", (
        "ratios",
        "not_compared",
        "machines",
    )),
    SectionSpec("commits-part", "Over commits", (
        "commits",
    )),
    SectionSpec("samples-part", "Samples", (
        "samples",
    )),
)  # fmt: skip
"""The figures of the page: a new one is a module of ``PACKAGE`` and a line here."""


def bench_page(
    sets: Sequence[RecordingSet],
    sections: Sequence[SectionSpec] = SECTIONS,
    histories: Sequence[History] = (),
) -> Page:
    """Machines in the order in which they were named; the first is the base of comparisons."""
    data = BenchData(tuple(labelled(sets)), tuple(histories))
    answer, sentences = _answer(data.machines)
    several = len(data.machines) > 1
    return Page(
        kind="Benchmark",
        title=listing([machine.label for machine in data.machines]),
        answer=answer,
        verdict=sentences,
        facts=tuple(fact for machine in data.machines for fact in _facts(machine, several)),
        sections=sections_of(sections, PACKAGE, data),
        foot="; ".join(_foot(machine) for machine in data.machines) + ".",
    )


def _answer(machines: Sequence[Machine]) -> tuple[str, tuple[str, ...]]:
    best = {machine.label: case for machine in machines if (case := fastest(machine))}
    doubts = {m.label: doubt for m in machines if (doubt := reliability(m.recordings))}
    warnings = [f"{label}: {doubt}." for label, doubt in doubts.items()]
    if not best and (runs := speedrun.sentences(BenchData(tuple(machines)))):
        return runs[0].rstrip("."), (*warnings, *runs[1:])
    if not best:
        timed = sum(len(machine.cases) for machine in machines)
        return "No single training run was timed", (*warnings, f"{count(timed, 'case')} were.")
    first = min(best, key=lambda label: best[label].epoch_seconds or 0)
    sentences = warnings + [_training(machine) for machine in machines if machine.label in best]
    compared = loader_comparisons(machines)
    for machine in best:
        ratios = [each.difference for each in compared if each.machine == machine]
        if ratios:
            closest = min(ratios, key=lambda ratio: ratio.ratio)
            sentences.append(
                f"On {machine}, fer train is {closest.ratio:.2f} times as fast as the best "
                f"torchvision DataLoader on the same device in fp32 (median of the ratios of "
                f"rounds timed one after the other, 95\u00a0% interval {closest.low:.2f} to "
                f"{closest.high:.2f})."
            )
    answer = f"{digits(best[first].epoch_seconds or 0)} an epoch in one run on {first}"
    doubtful = first in doubts or best[first].noisy
    return ("Less reliable: " if doubtful else "") + answer, tuple(sentences)


def _training(machine: Machine) -> str:
    """The fastest single run, and apart from it the throughput of several at once."""
    one, together = fastest(machine), fastest_together(machine)
    assert one is not None, "only machines that timed a run have a sentence"
    sentence = (
        f"One run on {machine.label} trains {speed(one)} at best ({setting(one, ('device',))}"
        f"{', noisy' * one.noisy}), so an epoch of FER2013's three classes takes "
        f"{digits(one.epoch_seconds or 0)}."
    )
    if together is None:
        return sentence
    return (
        f"{sentence} Several runs at once train {speed(together)} together "
        f"({setting(together, ('device',))}{', noisy' * together.noisy}), each of them more slowly."
    )


def _facts(machine: Machine, several: bool) -> tuple[Fact, ...]:
    best = fastest(machine)
    single = [case for case in machine.of("inference") if case.params.get("batch") == 1]
    one_face = quickest(single)
    noisy = sum(case.noisy for case in machine.cases)
    of = f", {machine.label}" if several else ""
    facts = []
    if best:
        noted = f"one run, {setting(best)}{', noisy' * best.noisy}"
        facts.append(Fact(f"An epoch{of}", digits(best.epoch_seconds or 0), noted))
    if one_face:
        tail = f"median; p99 {digits(one_face.percentile(99))}"
        noted = f"{tail}; {setting(one_face)}{', noisy' * one_face.noisy}"
        facts.append(Fact(f"One face{of}", digits(one_face.median), noted))
    absent = f"{noisy} noisy, {len(machine.absent)} could not run"
    return (*facts, Fact(f"Cases{of}", f"{len(machine.cases):,}", absent))


def _foot(machine: Machine) -> str:
    taken = sorted(run.taken for run in machine.recordings.runs)
    versions = machine.facts.get("versions", {})
    return (
        f"{machine.label}: recorded {taken[0][:16].replace('T', ' ')} UTC with torch "
        f"{versions.get('torch', '?')}, {count(len(taken), 'recording')}"
    )

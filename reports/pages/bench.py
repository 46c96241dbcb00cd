"""The report of benchmarks, of one machine or several."""

from collections.abc import Sequence

from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.history import History
from benchmarks.recordings.recording_set import RecordingSet
from fer.formatting import count
from reports.data.bench_data import BenchData, Machine, labelled, setting, speed
from reports.figures.bench.dataloader import loader_comparisons
from reports.figures.bench.training import fastest
from reports.pages.sections import SectionSpec
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
    SectionSpec("inference-part", "Inference", (
        "throughput",
        "latency",
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
        sections=tuple(section.build(PACKAGE, data) for section in sections),
        foot="; ".join(_foot(machine) for machine in data.machines) + ".",
    )


def _answer(machines: Sequence[Machine]) -> tuple[str, tuple[str, ...]]:
    best = {machine.label: case for machine in machines if (case := fastest(machine))}
    if not best:
        timed = sum(len(machine.cases) for machine in machines)
        return "No training was timed", (f"{count(timed, 'other case')} were.",)
    first = max(best, key=lambda label: best[label].items_per_second)
    sentences = [
        f"{label} trains {speed(case)} at best ({setting(case, ('device',))}), so an epoch of "
        f"FER2013's three classes takes {digits(case.epoch_seconds or 0)}."
        for label, case in best.items()
    ]
    compared = loader_comparisons(machines)
    for machine in best:
        ratios = [each.difference for each in compared if each.machine == machine]
        if ratios:
            closest = min(ratios, key=lambda ratio: ratio.ratio)
            sentences.append(
                f"On {machine}, fer train is {closest.ratio:.2f} times as fast as the best "
                f"torchvision DataLoader on the same device in fp32 (95\u00a0% interval "
                f"{closest.low:.2f} to {closest.high:.2f})."
            )
    return f"{digits(best[first].epoch_seconds or 0)} an epoch on {first}", tuple(sentences)


def _facts(machine: Machine, several: bool) -> tuple[Fact, ...]:
    best = fastest(machine)
    single = [case for case in machine.of("inference") if case.params.get("batch") == 1]
    quickest = min(single, key=lambda case: case.median, default=None)
    noisy = sum(case.noisy for case in machine.cases)
    of = f", {machine.label}" if several else ""
    facts = []
    if best:
        facts.append(Fact(f"An epoch{of}", digits(best.epoch_seconds or 0), setting(best)))
    if quickest:
        facts.append(Fact(f"One face{of}", digits(quickest.median), setting(quickest)))
    absent = f"{noisy} noisy, {len(machine.absent)} could not run"
    return (*facts, Fact(f"Cases{of}", f"{len(machine.cases):,}", absent))


def _foot(machine: Machine) -> str:
    taken = sorted(run.taken for run in machine.recordings.runs)
    versions = machine.facts.get("versions", {})
    return (
        f"{machine.label}: recorded {taken[0][:16].replace('T', ' ')} UTC with torch "
        f"{versions.get('torch', '?')}, {count(len(taken), 'recording')}"
    )

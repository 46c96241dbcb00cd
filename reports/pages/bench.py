"""The report of benchmarks, of one machine or several."""

from collections.abc import Sequence

from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.recording_set import RecordingSet
from fer.formatting import count
from reports.figures.bench.comparisons import against_first, lacks, ratios
from reports.figures.bench.dataloader import LoaderComparison, loader, loader_comparisons
from reports.figures.bench.inference import latency, throughput
from reports.figures.bench.machines import machines_figure
from reports.figures.bench.overhead import overhead
from reports.figures.bench.phases import phases
from reports.figures.bench.recording_sets import Machine, labelled, setting, speed
from reports.figures.bench.roofline import roofline
from reports.figures.bench.scaling import scaling
from reports.figures.bench.training import fastest, training
from reports.rendering.figure import Fact, Figure, Page, Section
from reports.rendering.formatting import listing


def bench_page(sides: Sequence[RecordingSet]) -> Page:
    """Machines in the order in which they were named; the first is what others are held against."""
    machines = labelled(sides)
    pairs = against_first(machines)
    answer, said = _answer(machines, loader_comparisons(machines))
    together: tuple[Figure, ...] = (lacks(machines, pairs), machines_figure(machines))
    if pairs:
        together = (ratios(pairs), *together)
    return Page(
        kind="Benchmark",
        title=listing([machine.label for machine in machines]),
        answer=answer,
        verdict=said,
        facts=tuple(fact for machine in machines for fact in _facts(machine, len(machines) > 1)),
        sections=(
            Section("training-part", "Training", (training(machines), phases(machines))),
            Section("rivals-part", "Ours and what people write", (loader(machines),)),
            Section("inference-part", "Inference", (throughput(machines), latency(machines))),
            Section("limits-part", "TimingLimits", (roofline(machines), scaling(machines))),
            Section("study-part", "The study's own cost", (overhead(machines),)),
            Section("machines-part", "Machines side by side", together),
        ),
        foot="; ".join(_foot(machine) for machine in machines) + ".",
    )


def _answer(
    machines: Sequence[Machine], found: Sequence[LoaderComparison]
) -> tuple[str, tuple[str, ...]]:
    best = {machine.label: case for machine in machines if (case := fastest(machine))}
    if not best:
        timed = sum(len(machine.cases) for machine in machines)
        return "No training was timed", (f"{count(timed, 'other case')} were.",)
    first = max(best, key=lambda label: best[label].items_per_second)
    said = [
        f"{label} trains {speed(case)} at best ({setting(case, ('device',))}), so an epoch of "
        f"FER2013's three classes takes {digits(case.epoch_seconds or 0)}."
        for label, case in best.items()
    ]
    for machine in best:
        here = [rival for rival in found if rival.machine == machine]
        if here:
            close = min(here, key=lambda rival: rival.difference.ratio)
            said.append(
                f"On {machine}, ours trains {close.difference.ratio:.2f} times as fast as the best "
                f"DataLoader on the same device in fp32 (95\u00a0% interval "
                f"{close.difference.low:.2f} to {close.difference.high:.2f})."
            )
    return f"{digits(best[first].epoch_seconds or 0)} an epoch on {first}", tuple(said)


def _facts(machine: Machine, several: bool) -> tuple[Fact, ...]:
    best = fastest(machine)
    alone = [case for case in machine.of("inference") if case.params.get("batch") == 1]
    quickest = min(alone, key=lambda case: case.median, default=None)
    noisy = sum(case.noisy for case in machine.cases)
    of = f", {machine.label}" if several else ""
    facts = [
        Fact(
            f"Cases{of}",
            f"{len(machine.cases):,}",
            f"{noisy} noisy, {len(machine.absent)} could not run",
        )
    ]
    if quickest:
        facts.insert(0, Fact(f"One face{of}", digits(quickest.median), setting(quickest)))
    if best:
        facts.insert(0, Fact(f"An epoch{of}", digits(best.epoch_seconds or 0), setting(best)))
    return tuple(facts)


def _foot(machine: Machine) -> str:
    taken = sorted(run.taken for run in machine.recordings.runs)
    versions = machine.facts.get("versions", {})
    return (
        f"{machine.label}: taken {taken[0][:16].replace('T', ' ')} UTC with torch "
        f"{versions.get('torch', '?')}, {count(len(taken), 'recording')}"
    )

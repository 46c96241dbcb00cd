"""What could not be compared or timed, and why."""

from collections import Counter

from benchmarks.analysis.comparison import Comparison
from fer.formatting import count
from reports.data.bench_data import BenchData, Machine, MachineComparison
from reports.figures.common import missing
from reports.rendering.figure import DisplayTable, Figure, Table
from reports.rendering.formatting import listing

TITLE = "Cases that were not compared or not timed"
Reason = tuple[str, str, str]
"""Machine or pair of machines, case, and reason."""


def build(data: BenchData) -> Figure:
    """Incomparable cases, cases that a machine cannot run, and differences of the machines."""
    reasons = [reason for pair in data.comparisons for reason in _reasons(pair)]
    reasons += [(m.label, case.name, case.reason) for m in data.machines for case in m.absent]
    notes = [
        (pair.label, remark)
        for pair in data.comparisons
        if isinstance(pair.result, Comparison)
        for remark in pair.result.remarks
    ]
    if not reasons and not notes:
        return missing("not-compared", TITLE, "Every case was timed and compared.")
    table = Table(("where", "case", "reason"), tuple(reasons))
    tables = []
    if reasons:
        caption = f"The reasons of {count(len(reasons), 'case')}"
        tables.append(DisplayTable(table, caption=caption, folded=True))
    if notes:
        differences = Table(("machines", "difference"), tuple(notes))
        tables.append(DisplayTable(differences, caption="Differences between the machines"))
    return Figure(
        "not-compared",
        TITLE,
        " ".join(_sentences(data)) or "Every case was timed and compared.",
        "Two timings are compared only where network, batch, precision, threads and torch agree. "
        "The machine may differ.",
        tables=tuple(tables),
        data=table,
    )


def _reasons(pair: MachineComparison) -> list[Reason]:
    if not isinstance(pair.result, Comparison):
        return [(pair.label, "all", str(pair.result).partition(": ")[2])]
    return [
        (pair.label, name, group.reason)
        for group in pair.result.not_compared
        for name in group.cases
    ]


def _sentences(data: BenchData) -> list[str]:
    sentences = []
    for pair in data.comparisons:
        if not isinstance(pair.result, Comparison):
            sentences.append(f"{pair.label}: no case can be compared.")
        elif pair.result.not_compared:
            reasons = listing([str(group) for group in pair.result.not_compared])
            sentences.append(f"{pair.label}, not compared: {reasons}.")
    return sentences + [_cannot_run(machine) for machine in data.machines if machine.absent]


def _cannot_run(machine: Machine) -> str:
    """Such as ``laptop cannot run 2 cases: 2 for “no CUDA device”.``"""
    kinds = Counter(case.reason.partition(":")[0] for case in machine.absent)
    most = listing([f"{number} for “{kind}”" for kind, number in kinds.most_common(3)])
    return f"{machine.label} cannot run {count(len(machine.absent), 'case')}: {most}."

"""What the replay of searches showed, as generated parts of README.md and the results' own page."""

from pathlib import Path

from search.replay.results import BudgetScores, Results, read_results
from search.replay.scores import Score
from search.replay.sentences import basis, finding, in_points, interval, p_value, place
from tools.replay_picture import SHOWN

SHIPPED, HALVING, SIMPLE = "tpe+median/race3early", "tpe+halving", "tpe/short"
"""``beat_baseline`` as it ships and as it was before, and short trials alone."""

FEW_EPOCHS = 200
"""A budget at which a simple strategy can win."""


def paragraph(folder: Path) -> str:
    """A few sentences for the README."""
    results, few = read_results(folder / "emulated.json"), read_results(folder / "results.json")
    budget = results.budgets[-1]
    shipped, halving, short = (_row(budget, name) for name in (SHIPPED, HALVING, SIMPLE))
    optimism = [in_points(row.optimism.value) for row in (shipped, halving) if row.optimism]
    table = results.table
    unfinished = f" of {table.planned} planned" if table.recipes < table.planned else ""
    small = next(each for each in few.budgets if each.epochs == FEW_EPOCHS)
    winner = small.scores[0].strategy
    return (
        f"`fer search replay` replays searches, {results.repeats} times, on tables modelled on "
        f"{table.recipes}{unfinished} measured recipes. At {budget.epochs} epochs, `beat_baseline` "
        f"(trials of 7 epochs, then a race of the best tenth) chooses a recipe "
        f"{in_points(shipped.regret.value)} points below the best and reports {optimism[0]} too "
        f"much; one round with halving {in_points(halving.regret.value)} and {optimism[1]}; "
        f"7-epoch trials alone {in_points(short.regret.value)}. At {small.epochs} epochs of the "
        f'measured table, the best is "{SHOWN.get(winner, winner)}" '
        "([results](studies/results/replay/README.md)).\n"
    )


def measured(folder: Path) -> str:
    """The replay on the measured table."""
    return _part(read_results(folder / "results.json"))


def emulated(folder: Path) -> str:
    """The replay on emulated tables."""
    return _part(read_results(folder / "emulated.json"))


def early(folder: Path) -> str:
    """What early accuracies say, as a table."""
    lines = [
        "| accuracy at | rank correlation (95 %) | best quarter in the better half | in the best "
        "quarter |",
        "|---|---|---|---|",
    ]
    for row in read_results(folder / "results.json").predictions:
        lines.append(
            f"| {place(row)} | {row.rho:.2f} ({row.low:.2f} to {row.high:.2f}) | "
            f"{100 * row.half:.0f} % | {100 * row.quarter:.0f} % |"
        )
    return "\n".join(lines) + "\n"


def _part(results: Results) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in results.versions.items())
    parts = [
        "\n".join(basis(results)),
        f"Table {results.table.sha256}; {' '.join(results.machine.values())}, {versions}; "
        f"`{results.command}`.",
    ]
    parts += [f"{finding(budget.scores)}\n\n{_grid(budget)}" for budget in results.budgets]
    return "\n\n".join(parts) + "\n"


def _grid(budget: BudgetScores) -> str:
    lines = [
        f"| {budget.epochs} epochs | regret (95 %) | p | optimism | epochs | trials | stopped |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in budget.scores:
        lines.append(
            f"| {row.strategy} | {in_points(row.regret.value)} ({interval(row.regret)}) | "
            f"{'best' if row.p is None else p_value(row.p)} | "
            f"{in_points(row.optimism.value) if row.optimism else '–'} | {row.epochs:.0f} | "
            f"{row.trials:.0f}{' (all)' if row.exhausted >= 0.5 else ''} | "
            f"{f'{100 * row.stopped:.0f} %' if row.stopped else '–'} |"
        )
    return "\n".join(lines)


def _row(budget: BudgetScores, name: str) -> Score:
    return next(row for row in budget.scores if row.strategy == name)

"""The README's picture of the replay: regret and optimism of some strategies."""

from pathlib import Path

from reports.figures.replay.strategies import strategy_plot
from reports.rendering.figure import Plot
from search.replay.results import read_results

SHOWN = (
    "random", "tpe", "random+halving", "tpe+halving", "tpe+median", "tpe/short",
    "random/race2", "tpe/race2", "tpe/race3few", "tpe/again3",
)  # fmt: skip
"""One or two of each kind."""
BUDGET = 620


def replay_picture(folder: Path) -> Plot:
    """The strategies of ``SHOWN`` on emulated tables, the lowest regret at the top."""
    results = read_results(folder / "emulated.json")
    budget = next(budget for budget in results.budgets if budget.epochs == BUDGET)
    rows = [row for row in budget.scores if row.strategy in SHOWN]
    return strategy_plot(budget.model_copy(update={"scores": rows}))

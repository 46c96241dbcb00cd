"""The README's picture of the replay: regret and optimism of some strategies."""

from dataclasses import replace
from pathlib import Path

from reports.figures.replay.strategies import strategy_plot
from reports.rendering.figure import Plot
from search.replay.results import read_results

SHOWN = {
    "random": "random sampler, no pruner",
    "tpe": "TPE, no pruner",
    "random+halving": "random sampler, successive halving",
    "tpe+halving": "TPE, successive halving",
    "tpe+median": "TPE, median pruner",
    "random/short": "random sampler, 7-epoch trials alone",
    "tpe/short": "TPE, 7-epoch trials alone",
    "tpe/mean2": "TPE, each trial on two folds",
    "tpe/race3": "TPE, 7-epoch trials, race of a quarter over 3 folds",
    "tpe/race3few": "TPE, 7-epoch trials, race of a tenth over 3 folds",
    "tpe+median/race3early": "beat_baseline: race of a tenth, median pruner, p = 0.26",
}
"""One or two of each kind, and their names in the picture."""
BUDGET = 620


def replay_picture(folder: Path) -> Plot:
    """The strategies of ``SHOWN`` on emulated tables, the lowest regret at the top."""
    results = read_results(folder / "emulated.json")
    budget = next(budget for budget in results.budgets if budget.epochs == BUDGET)
    rows = [
        replace(row, strategy=SHOWN[row.strategy]) for row in budget.scores if row.strategy in SHOWN
    ]
    return strategy_plot(budget.model_copy(update={"scores": rows}))

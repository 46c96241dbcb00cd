"""Strategies at each budget: regret and optimism with their intervals."""

from collections.abc import Sequence
from typing import Any

from reports.figures.common import names_above
from reports.figures.traces import error_bars
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.palette import BEST, ORANGE, SOFT
from search.replay.results import BudgetScores, Results
from search.replay.scores import Mean, Score
from search.replay.sentences import finding, in_points, interval, p_value

TITLE = "Strategies"
CAPTION = (
    "Regret (dots): how much better the best recipe of the table truly is than the chosen one. "
    "Optimism (diamonds): how much higher the reported accuracy is than the true one; it is not "
    "shown where a schedule of 7 epochs is reported. Lines: 95 % intervals of the regret. Grey: "
    "significantly more regret than the first strategy (paired t-test on the same repeats, Holm's "
    "correction). Stopped: share of the tried recipes of the truly best quarter that the pruner "
    "stopped."
)
ROW = 34
"""CSS pixels of a strategy."""
_COLUMNS = (
    "strategy", "regret (points)", "95 % interval", "more than the best", "p (Holm)",
    "optimism (points)", "epochs", "trials", "best quarter stopped", "how it searches",
)  # fmt: skip


def build(results: Results) -> Figure:
    """A plot and a table for each budget."""
    return Figure(
        "strategies",
        TITLE,
        " ".join(finding(budget.scores) for budget in results.budgets),
        CAPTION,
        plots=tuple(map(strategy_plot, results.budgets)),
        tables=tuple(_table(budget, results.strategies) for budget in results.budgets),
        data=Table(
            ("budget", "strategy", "n", "regret", "regret_low", "regret_high", "optimism", "p",
             "epochs", "trials", "stopped"),
            tuple(
                (row.budget, row.strategy, row.n, row.regret.value, row.regret.low,
                 row.regret.high, row.optimism.value if row.optimism else None, row.p, row.epochs,
                 row.trials, row.stopped)
                for budget in results.budgets
                for row in budget.scores
            ),
        ),
        choose="Budget" if len(results.budgets) > 1 else "",
    )  # fmt: skip


def strategy_plot(budget: BudgetScores) -> Plot:
    """Regret and optimism of each strategy, the lowest regret at the top."""
    rows = budget.scores
    equal = [row for row in rows if not row.differs]
    worse = [row for row in rows if row.differs]
    honest = [row for row in rows if row.optimism]
    traces = [
        _regret("regret", equal, BEST),
        _regret("regret, significantly more", worse, SOFT),
        _markers(
            "optimism",
            honest,
            [row.optimism for row in honest if row.optimism],
            {"color": ORANGE, "symbol": "diamond-open", "size": 9},
        ),
    ]
    layout = names_above([row.strategy for row in rows], 13, grid=True) | {
        "xaxis": {"title": {"text": "points of accuracy"}, "rangemode": "tozero"},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    }
    return Plot(
        tuple(trace for trace in traces if trace["x"]),
        layout,
        height=120 + ROW * len(rows),
        name=f"{budget.epochs} epochs",
    )


def _regret(name: str, rows: Sequence[Score], colour: str) -> dict[str, Any]:
    means = [row.regret for row in rows]
    bars = error_bars(
        [mean.value for mean in means],
        [(mean.low, mean.high) for mean in means],
        colour,
        digits=3,
        thickness=2,
        width=0,
    )
    marker = {"color": colour, "symbol": "circle", "size": 9}
    return _markers(name, rows, means, marker) | {"error_x": bars}


def _markers(
    name: str, rows: Sequence[Score], means: Sequence[Mean], marker: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(100 * mean.value, 3) for mean in means],
        "y": [row.strategy for row in rows],
        "name": name,
        "marker": marker,
        "hovertemplate": f"%{{y}}: {name} %{{x:.2f}} points<extra></extra>",
    }


def _table(budget: BudgetScores, rules: dict[str, str]) -> DisplayTable:
    rows = tuple(
        (
            row.strategy,
            in_points(row.regret.value),
            interval(row.regret),
            interval(row.behind) if row.behind else "–",
            "best" if row.p is None else p_value(row.p),
            in_points(row.optimism.value) if row.optimism else "–",
            f"{row.epochs:.0f}",
            f"{row.trials:.0f}{' (all)' if row.exhausted >= 0.5 else ''}",
            f"{100 * row.stopped:.0f} %" if row.stopped else "–",
            rules[row.strategy],
        )
        for row in budget.scores
    )
    return DisplayTable(
        Table(_COLUMNS, rows),
        caption=f"{budget.epochs} epochs, {budget.scores[0].n} searches a strategy",
        folded=True,
    )

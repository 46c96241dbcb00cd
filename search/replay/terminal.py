"""The results of a replay on a terminal."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, JustifyMethod, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from search.replay.results import Results
from search.replay.scores import Score
from search.replay.sentences import (
    basis,
    early_accuracy,
    finding,
    in_points,
    interval,
    kept,
    p_value,
)


def screen(results: Results) -> RenderableType:
    """What was replayed, the strategies at each budget, and what early accuracies say."""
    parts: list[RenderableType] = [Text(sentence) for sentence in basis(results)]
    for budget in results.budgets:
        parts += [Text(), _grid(budget.scores), Text(finding(budget.scores))]
    parts += [Text(), Text(early_accuracy(results.predictions)), Text(kept(results.predictions))]
    return Group(*parts)


def _grid(rows: Sequence[Score]) -> Grid:
    title = f"{rows[0].budget} epochs: points of accuracy, with 95 % intervals"
    grid = Grid(title=title, title_style="", box=SIMPLE_HEAD, padding=0, pad_edge=False)
    for column in ("strategy", "regret", "95 %", "p", "optimism", "epochs", "trials"):
        justify: JustifyMethod = "left" if column == "strategy" else "right"
        grid.add_column(column, justify=justify, no_wrap=True)
    for row in rows:
        grid.add_row(
            row.strategy,
            in_points(row.regret.value),
            interval(row.regret),
            "best" if row.p is None else p_value(row.p),
            in_points(row.optimism.value) if row.optimism else "–",
            f"{row.epochs:.0f}",
            f"{row.trials:.0f}{' (all)' if row.exhausted >= 0.5 else ''}",
            style="dim" if row.differs else "",
        )
    return grid

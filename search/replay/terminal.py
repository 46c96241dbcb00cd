"""The results of a replay on a terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from search.replay.results import Replay
from search.replay.scores import Score
from search.replay.sentences import basis, early_accuracy, finding, in_points, interval, kept


def screen(replay: Replay) -> RenderableType:
    """What was replayed, the strategies at each budget, and what early accuracies say."""
    parts: list[RenderableType] = [Text(basis(replay))]
    for rows in replay.scores.values():
        parts += [Text(), _grid(rows), Text(finding(rows))]
    parts += [Text(), Text(early_accuracy(replay.predictions)), Text(kept(replay.predictions))]
    return Group(*parts)


def _grid(rows: Sequence[Score]) -> Grid:
    title = f"{rows[0].budget} epochs: points of accuracy, with 95 % intervals"
    grid = Grid(title=title, title_style="")
    for column in ("strategy", "regret", "95 %", "p", "optimism", "epochs", "trials"):
        grid.add_column(column, justify="left" if column == "strategy" else "right")
    for row in rows:
        grid.add_row(
            row.strategy,
            in_points(row.regret.value),
            interval(row.regret),
            "best" if row.p is None else f"{row.p:.2g}",
            in_points(row.optimism.value) if row.optimism else "–",
            f"{row.epochs:.0f}",
            f"{row.trials:.0f}{' (all)' if row.exhausted == 1 else ''}",
            style="dim" if row.differs else "",
        )
    return grid

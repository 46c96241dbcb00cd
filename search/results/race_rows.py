"""The standings of a race as a table on a terminal."""

from statistics import fmean, stdev

from rich.console import JustifyMethod
from rich.table import Table

from fer.formatting import SPACE
from search.racing import Standing
from search.results.baseline import baseline_name
from search.results.race import RaceResults
from search.results.snapshot import Snapshot

COLUMNS = ("recipe", "folds", "mean", "SD", "behind (95 % interval)", "")


def race_table(snapshot: Snapshot) -> Table | None:
    """A row for each recipe with a result and one for the baseline; None before the first fold has
    ended."""
    race = snapshot.race
    if race is None or race.standings is None:
        return None
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in COLUMNS:
        justify: JustifyMethod = "left" if column in ("recipe", "") else "right"
        table.add_column(column, justify=justify, no_wrap=column != "recipe")
    for row in race.standings.rows:
        table.add_row(*_row(row, race))
    if race.baseline:
        name = baseline_name(snapshot.definition).replace(SPACE, " ")
        table.add_row(name, *_mean(race.baseline), "", "", style="dim")
    return table


def _row(row: Standing, race: RaceResults) -> tuple[str, ...]:
    behind = ""
    if row.behind is not None:
        behind = f"{100 * row.behind.mean:.2f}"
        if row.behind.n > 1:
            behind += f" ({100 * row.behind.low:.2f} to {100 * row.behind.high:.2f})"
    return f"trial {row.number}", *_mean(row.folds), behind, _state(row, race)


def _mean(folds: tuple[float, ...]) -> tuple[str, str, str]:
    sd = f"{100 * stdev(folds):.2f}" if len(folds) > 1 else "-"
    return str(len(folds)), f"{100 * fmean(folds):.2f} %", sd


def _state(row: Standing, race: RaceResults) -> str:
    if row.racer.failed:
        return f"failed after fold {row.dropped_after}"
    if row.dropped_after is not None:
        return f"dropped after fold {row.dropped_after}"
    assert race.standings is not None, "it has rows"
    states = []
    if race.winner is row:
        states.append("winner")
    if race.standings.leader is row:
        states.append("leader")
    elif row.equal:
        states.append("equal to the leader")
    return ", ".join(states)

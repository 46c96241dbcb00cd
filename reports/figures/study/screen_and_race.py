"""The screen's accuracies beside the means of the race: whether short trials rank as long ones."""

import math
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from fer.formatting import SPACE, count, points, signed
from reports.data.race_rows import RaceRow, race_rows
from reports.data.study_data import StudyData
from reports.figures.common import accuracy_axis
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.palette import BEST, COMPLETE, PRUNED, SOFT

TITLE = "Screen and race"
CAPTION = (
    "Each marker is a recipe of the race: across, the accuracy that its one short trial reported "
    "in the screen; upwards, its mean over the folds of the race, with all epochs. On the dashed "
    "line the two are equal; below it, the screen flattered. A screen whose ranking holds has its "
    "markers rise from left to right. The best of the screen were selected by the accuracy "
    "across, so it is biased upwards; only they are here, which makes the correlation smaller."
)
MIN_RECIPES = 5
"""Below which no correlation is computed."""


def build(data: StudyData) -> Figure | None:
    """A scatter plot; None before the first fold of a race has ended."""
    rows = [row for row in race_rows(data.snapshot.race) if row.screened is not None]
    if not rows:
        return None
    values = [value for row in rows for value in (row.screened or 0.0, row.mean.mean)]
    ends = [round(100 * min(values), 2), round(100 * max(values), 2)]
    same = {"type": "scatter", "mode": "lines", "x": ends, "y": ends, "name": "equal",
            "line": {"color": SOFT, "dash": "dash"}, "hoverinfo": "skip"}  # fmt: skip
    groups = (
        ("leader and its equals", BEST, "circle", [row for row in rows if row.equal]),
        ("behind the leader", COMPLETE, "circle",
         [row for row in rows if not row.equal and not row.dropped]),
        ("dropped", PRUNED, "x", [row for row in rows if row.dropped]),
    )  # fmt: skip
    traces = [_markers(*group) for group in groups if group[-1]]
    layout = {
        "xaxis": accuracy_axis("accuracy in the screen"),
        "yaxis": accuracy_axis("mean in the race"),
    }
    table = tuple((r.number, r.screen_rank, r.rank, r.screened, r.mean.mean) for r in rows)
    return Figure(
        "screen-and-race",
        TITLE,
        _sentence(rows),
        CAPTION,
        (Plot((same, *traces), layout),),
        data=Table(("trial", "screen_rank", "race_rank", "screen_accuracy", "race_mean"), table),
    )


def _markers(name: str, colour: str, symbol: str, rows: Sequence[RaceRow]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(100 * (row.screened or 0.0), 3) for row in rows],
        "y": [round(100 * row.mean.mean, 3) for row in rows],
        "customdata": [row.number for row in rows],
        "name": name,
        "marker": {"color": colour, "symbol": symbol, "size": 10},
        "hovertemplate": "trial %{customdata}: %{x:.2f} % in the screen, %{y:.2f} % in the race"
        "<extra></extra>",
    }


def _sentence(rows: Sequence[RaceRow]) -> str:
    flattered = fmean(row.flattered or 0.0 for row in rows)
    first = next(row for row in rows if row.screen_rank == 1)
    side = "above" if flattered >= 0 else "below"
    lead = (
        f"The screen's accuracies are {points(abs(flattered)).lstrip('+')} {side} the means in the "
        f"race, on average over {count(len(rows), 'recipe')}; its best one, trial {first.number}, "
        f"is number {first.rank} in the race"
    )
    if len(rows) < MIN_RECIPES:
        return f"{lead}."
    from scipy.stats import spearmanr

    test = spearmanr([row.screened or 0.0 for row in rows], [row.mean.mean for row in rows])
    rho, p = float(test.statistic), float(test.pvalue)
    if math.isnan(rho):  # all values of one of them are equal
        return f"{lead}."
    return (
        f"{lead}. Their ranks correlate with Spearman's ρ{SPACE}={SPACE}{signed(rho, 2)} "
        f"(p{SPACE}={SPACE}{p:.2g}, n{SPACE}={SPACE}{len(rows)})."
    )

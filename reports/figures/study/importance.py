"""Hyperparameter importance, and how certain it is."""

from collections.abc import Sequence

from fer.formatting import count, percent
from reports.data.study_data import StudyData
from reports.figures.common import missing, trials_caption
from reports.figures.traces import error_bars
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import distinct, listing
from reports.rendering.palette import BLUE
from search.results.importance import Importance

TITLE = "Hyperparameter importance"
CAPTION = (
    "PED-ANOVA: how much the values of a hyperparameter in the best tenth of the trials differ "
    "from its values in all trials. Pruned trials rank below complete ones. The thin lines span "
    "the 10 to 90 % quantiles over bootstrap resamples of the trials; where they overlap, the "
    "order of the bars is uncertain."
)


def build(data: StudyData) -> Figure:
    """A bar for each hyperparameter, with its spread over resamples."""
    importances = data.importances
    ended = len(data.snapshot.complete) + len(data.snapshot.pruned)
    if not importances:
        reason = f"{count(ended, 'searched trial')} ended: too few to estimate importance."
        return missing("importance", TITLE, reason)
    if not any(row.share for row in importances):
        reason = "No hyperparameter stands out: the best trials have the same values as the others."
        return missing("importance", TITLE, reason)
    rows = importances[::-1]  # plotly draws the first bar at the bottom
    shares = [row.share for row in rows]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [round(100 * share, 1) for share in shares],
        "y": distinct([row.name for row in importances])[::-1],
        "marker": {"color": BLUE},
        "error_x": error_bars(shares, [(row.low, row.high) for row in rows], digits=1, width=5),
        "hovertemplate": "%{y}: %{x:.0f} % of the importance<extra></extra>",
    }
    layout = {
        "xaxis": {"title": {"text": "share of the importance"}, "ticksuffix": " %",
                  "rangemode": "tozero"},
        "yaxis": {"type": "category"},
        "bargap": 0.35,
    }  # fmt: skip
    return Figure(
        "importance",
        TITLE,
        _sentence(importances),
        CAPTION + trials_caption(data.snapshot.definition),
        (Plot((trace,), layout, height=90 + 38 * len(rows)),),
        data=Table(
            ("setting", "share", "low", "high"),
            tuple((row.name, row.share, row.low, row.high) for row in importances),
        ),
    )


def _sentence(importances: Sequence[Importance]) -> str:
    first, rest = importances[0], importances[1:]
    lead = (
        f"{first.name} matters most, with {percent(first.share, 0)} of the importance "
        f"({100 * first.low:.0f} to {percent(first.high, 0)} over resamples)"
    )
    overlapping = [row.name for row in rest if row.high > first.low]
    if not rest:
        return f"{lead}; it is the only hyperparameter that was searched."
    if not overlapping:
        return f"{lead}, clearly ahead of {rest[0].name}."
    return f"{lead}, but its range overlaps with {listing(overlapping)}, so the order is uncertain."

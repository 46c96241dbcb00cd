"""Which settings matter, and how sure that is."""

import copy
from collections.abc import Sequence

from optuna.trial import FrozenTrial

from reports.data.study_data import Material, last_accuracy
from reports.figures.common import missing
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import count, distinct, finite, listing, percent
from reports.rendering.palette import BLUE, INK
from search.results.importance import Importance
from search.results.importance import importance as measure

TITLE = "Which settings matter"
RESAMPLES = 30
NEWEST = 300
"""Trials beyond which only the newest are looked at: 1,000 of them take three seconds."""


def importances(material: Material) -> tuple[Importance, ...]:
    """The settings, most important first; empty where the trials are too few.

    Pruned trials count too: they rank below every complete one, those that got further higher. To
    leave them out would ask what matters among the good ones only.
    """
    return measure(ranked(material)[-NEWEST:], RESAMPLES, material.definition.seed)


def ranked(material: Material) -> list[FrozenTrial]:
    """Complete and pruned trials by number, their values replaced by ranks."""
    worth = {
        trial.number: (trial.state.name == "COMPLETE", trial.last_step or 0, last)
        for trial in (*material.complete, *material.pruned)
        if trial.params and finite(last := _value(trial)) and last is not None
    }
    for trial in material.complete:
        if trial.number in worth:
            worth[trial.number] = (True, 0, worth[trial.number][2])
    order = {worthy: rank for rank, worthy in enumerate(sorted(set(worth.values())))}
    found = []
    for trial in material.searched:
        if trial.number in worth:
            one = copy.copy(trial)
            one.values = [float(order[worth[trial.number]])]
            found.append(one)
    return found


def _value(trial: FrozenTrial) -> float | None:
    return trial.values[0] if trial.state.name == "COMPLETE" else last_accuracy(trial)


def importance(material: Material, found: Sequence[Importance]) -> Figure:
    """Bars with the spread over resamples."""
    trials = min(NEWEST, len(ranked(material)))
    if not found:
        few = f"{count(trials, 'trial')} ended: too few to say which settings matter."
        return missing("importance", TITLE, few)
    if not any(row.share for row in found):
        same = "No setting stands out: the good trials have no values of their own."
        return missing("importance", TITLE, same)
    rows = found[::-1]  # plotly draws upwards
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [round(100 * row.share, 1) for row in rows],
        "y": distinct([row.name for row in found])[::-1],
        "marker": {"color": BLUE},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [round(100 * max(0.0, row.high - row.share), 1) for row in rows],
            "arrayminus": [round(100 * max(0.0, row.share - row.low), 1) for row in rows],
            "color": INK,
            "thickness": 1.5,
            "width": 5,
        },
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
        _sentence(found, trials),
        "PED-ANOVA: how much a setting's values in the best tenth of the trials differ from its "
        "values in all of them. Pruned trials count as worse than complete ones. The thin lines "
        f"span the middle 80 % of {RESAMPLES} resamples of the trials: where they overlap, the "
        "order of the bars is not settled.",
        (Plot((trace,), layout, height=90 + 38 * len(rows)),),
        data=Table(
            ("setting", "share", "low", "high"),
            tuple((row.name, row.share, row.low, row.high) for row in found),
        ),
    )


def _newest(trials: int) -> str:
    return f"newest {trials:,} trials" if trials == NEWEST else count(trials, "trial")


def _sentence(found: Sequence[Importance], trials: int) -> str:
    first, rest = found[0], found[1:]
    lead = (
        f"By the {_newest(trials)}, {first.name} matters most: {percent(first.share, 0)} of the "
        f"importance ({100 * first.low:.0f} to {percent(first.high, 0)} over resamples)"
    )
    rivals = [row.name for row in rest if row.high > first.low]
    if not rest:
        return f"{lead}; it is the only setting that was searched."
    if not rivals:
        return f"{lead}, clearly ahead of {rest[0].name}."
    return f"{lead}, but not surely: its spread overlaps that of {listing(rivals)}."

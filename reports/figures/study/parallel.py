"""Parallel coordinates: all hyperparameters of all complete trials.

Drawn with plain lines, a row for each hyperparameter: plotly's own ``parcoords`` needs WebGL and
evaluates code at run time, which the page's content security policy forbids, and its columns do not
fit a phone.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from fer.formatting import count
from reports.data.study_data import StudyData
from reports.figures.common import missing, trials_caption
from reports.figures.scale import Scale, scales
from reports.figures.traces import trial_lines
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import plain, value
from reports.rendering.palette import BEST, ORANGE, SOFT
from search.results.trials import TrialRecord

TITLE = "Parallel coordinates"
CAPTION = (
    "Each line is a trial. Where it crosses a row, it has that value, from the lowest at the left "
    "to the highest at the right. Where the coloured lines run together, the best trials agree."
)
TOP = 0.1
"""The share of the trials that is drawn in colour."""


def build(data: StudyData) -> Figure:
    """A row for the accuracy and each hyperparameter, a line for each complete trial."""
    study = data.snapshot
    known = scales(study.definition)
    complete = [t for t in study.complete if t.params]
    if not complete:
        return missing("parallel", TITLE, "No trial has run to its end.")
    names = list(dict.fromkeys((*data.most_important, *known)))
    # A conditional hyperparameter is not in every trial; a line skips its row.
    names = [name for name in names if any(name in trial.params for trial in complete)]
    rows = [known[name] for name in names]
    accuracies = [trial.accuracy for trial in complete]
    span = (min(accuracies), max(accuracies))
    top = max(1, round(TOP * len(complete)))
    groups = [
        (complete[top:], "others", {"color": SOFT, "width": 1}, 0.45),
        (complete[1:top], "best tenth", {"color": ORANGE, "width": 2}, 1),
        (complete[:1], f"best: trial {complete[0].number}", {"color": BEST, "width": 3.5}, 1),
    ]
    traces = [
        trial_lines(
            trials,
            lambda trial: _points(trial, rows, span),
            "float32",
            name=name,
            line=line,
            opacity=opacity,
            hovertemplate="trial %{customdata}<extra></extra>",
        )
        for trials, name, line, opacity in groups
        if trials
    ]
    labels = ["accuracy", *(plain(name) for name in names)]
    layout = {
        "xaxis": {"range": [-0.02, 1.02], "showgrid": False, "showticklabels": False,
                  "zeroline": False, "fixedrange": True},
        "yaxis": {"tickmode": "array", "tickvals": [-i for i in range(len(labels))],
                  "ticktext": labels, "range": [-len(labels) + 0.6, 0.6], "zeroline": False,
                  "fixedrange": True},
        "annotations": _ends(rows, span),
        "margin": {"b": 16},
    }  # fmt: skip
    return Figure(
        "parallel",
        TITLE,
        _sentence(complete, rows, top),
        CAPTION + trials_caption(study.definition),
        (Plot(tuple(traces), layout, height=90 + 58 * len(labels)),),
        data=Table(
            ("trial", "validation_accuracy", *names),
            tuple((t.number, t.accuracy, *map(t.params.get, names)) for t in complete),
        ),
    )


def _points(
    trial: TrialRecord, rows: Sequence[Scale], span: tuple[float, float]
) -> Iterator[tuple[float, float]]:
    low, high = span
    yield (trial.accuracy - low) / (high - low) if high > low else 0.5, 0.0
    for i, row in enumerate(rows):
        if row.name in trial.params:
            yield row.position(trial.params[row.name]), -1.0 - i


def _ends(rows: Sequence[Scale], span: tuple[float, float]) -> list[dict[str, Any]]:
    texts = [(f"{100 * span[0]:.1f} %", f"{100 * span[1]:.1f} %")]
    for row in rows:
        first, last = (row.choices[0], row.choices[-1]) if row.choices else (row.low, row.high)
        texts.append((plain(value(first)), plain(value(last))))
    return [
        {"x": x, "y": -i, "text": text, "showarrow": False, "xanchor": anchor, "yanchor": "bottom",
         "yshift": 3, "font": {"size": 11}}
        for i, pair in enumerate(texts)
        for x, text, anchor in zip((0, 1), pair, ("left", "right"), strict=True)
    ]  # fmt: skip


def _sentence(complete: Sequence[TrialRecord], rows: Sequence[Scale], top: int) -> str:
    if top < 2:
        return f"{count(len(complete), 'complete searched trial')}; the best one is highlighted."
    spreads = []
    for row in rows:
        positions = [row.position(t.params[row.name]) for t in complete[:top]
                     if row.name in t.params]  # fmt: skip
        if len(positions) > 1:
            spreads.append((max(positions) - min(positions), row.name))
    if not spreads:
        return f"The best {top} trials have no hyperparameter in common."
    narrow, wide = min(spreads), max(spreads)
    return (
        f"The best {top} of {len(complete):,} trials agree most on {narrow[1]} (spread over "
        f"{100 * narrow[0]:.0f}\u00a0% of its range) and least on {wide[1]} "
        f"({100 * wide[0]:.0f}\u00a0%)."
    )

"""Parallel coordinates: all settings of all trials at once.

Drawn with plain lines, one row a setting: plotly's own ``parcoords`` needs WebGL and a script that
is made at run time, which the page's policy forbids, and its columns do not fit a phone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from optuna.trial import FrozenTrial

from reports.data.study_data import Material, last_accuracy
from reports.figures.common import missing
from reports.figures.study.scale import Scale, scales
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import count, plain, value
from reports.rendering.palette import BEST, ORANGE, SOFT
from reports.rendering.typed_array import typed_array

TITLE = "All settings of all trials at once"
TOP = 0.1


def parallel(material: Material, order: Sequence[str] = ()) -> Figure:
    """A row a setting, a line a trial; the accuracy is the top row."""
    known = scales(material.definition)
    names = [*order, *(name for name in known if name not in order)]
    # A conditional setting is not in every trial; a line skips it.
    done = [t for t in material.complete if t.params]
    if not done:
        return missing("parallel", TITLE, "No trial ran to its end, so there is nothing to draw.")
    names = [name for name in names if any(name in trial.params for trial in done)]
    rows = [known[name] for name in names]
    heights = [trial.values[0] for trial in done]
    span = (min(heights), max(heights))
    top = max(1, round(TOP * len(done)))
    others, best_ones = done[top:], done[1:top]
    traces = []
    if others:
        traces.append(_lines(others, rows, span, "others", {"color": SOFT, "width": 1}, 0.45))
    if best_ones:
        traces.append(_lines(best_ones, rows, span, "best tenth", {"color": ORANGE, "width": 2}, 1))
    name = f"best: trial {done[0].number}"
    traces.append(_lines(done[:1], rows, span, name, {"color": BEST, "width": 3.5}, 1))
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
        _sentence(done, rows, top),
        "Each trial is one line from top to bottom; where it crosses a row, it had that value, "
        "from the lowest at the left to the highest at the right. Where the coloured lines bundle, "
        "the best trials agree.",
        (Plot(tuple(traces), layout, height=90 + 58 * len(labels)),),
        data=Table(
            ("trial", "validation_accuracy", *names),
            tuple((t.number, last_accuracy(t), *(t.params.get(n) for n in names)) for t in done),
        ),
    )


def _lines(
    trials: Sequence[FrozenTrial],
    rows: Sequence[Scale],
    span: tuple[float, float],
    name: str,
    line: dict[str, Any],
    opacity: float,
) -> dict[str, Any]:
    x: list[float] = []
    y: list[float] = []
    numbers: list[int] = []
    for trial in trials:
        places = [(_share(trial.values[0], span), 0)] + [
            (row.place(trial.params[row.name]), -1 - i)
            for i, row in enumerate(rows)
            if row.name in trial.params
        ]
        x += [place for place, _ in places] + [float("nan")]
        y += [float(at) for _, at in places] + [float("nan")]
        numbers += [trial.number] * (len(places) + 1)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": typed_array(np.array(x, dtype=np.float32)),
        "y": typed_array(np.array(y, dtype=np.float32)),
        "customdata": typed_array(np.array(numbers)),
        "name": name,
        "line": line,
        "opacity": opacity,
        "hovertemplate": "trial %{customdata}<extra></extra>",
    }


def _share(height: float, span: tuple[float, float]) -> float:
    return (height - span[0]) / (span[1] - span[0]) if span[1] > span[0] else 0.5


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


def _sentence(done: Sequence[FrozenTrial], rows: Sequence[Scale], top: int) -> str:
    if top < 2:
        return f"{count(len(done), 'complete trial')}; the best one stands out."
    tight = []
    for row in rows:
        places = [row.place(t.params[row.name]) for t in done[:top] if row.name in t.params]
        if len(places) > 1:
            tight.append((max(places) - min(places), row.name))
    if not tight:
        return f"The best {top} trials share no setting to compare."
    width, name = min(tight)
    wide, loose = max(tight)
    return (
        f"The best {top} of {len(done):,} trials agree most on {name}, within "
        f"{100 * width:.0f}\u00a0% of its range, and least on {loose} ({100 * wide:.0f}\u00a0%)."
    )

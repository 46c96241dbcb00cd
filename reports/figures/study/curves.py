"""Accuracy over epochs, a line a trial, and where pruning cut."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from optuna.trial import FrozenTrial

from reports.data.study_data import Material
from reports.figures.common import accuracy_axis, missing, state, whole_numbers
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import count, percent
from reports.rendering.palette import BASELINE, BEST, COMPLETE, FAILED, PRUNED, UNFINISHED
from reports.rendering.typed_array import typed_array

_STYLES = {
    "pruned": (PRUNED, 1.2, 0.65, "dot"),
    "failed": (FAILED, 1.5, 0.9, "dashdot"),
    "unfinished": (UNFINISHED, 1.5, 0.9, "longdash"),
    "complete": (COMPLETE, 1.5, 0.8, "solid"),
}


def curves(material: Material) -> Figure:
    """All curves; one trace a state, however many trials there are."""
    title = "How accuracy grew, and where pruning cut"
    begun = [trial for trial in material.trials if trial.intermediate_values]
    if not begun:
        return missing("curves", title, "No trial has finished an epoch.")
    special = {t.number for t in (material.best, material.baseline) if t}
    traces: list[dict[str, Any]] = []
    for name, (colour, width, opacity, dash) in _STYLES.items():
        chosen = [t for t in begun if state(t) == name and t.number not in special]
        if chosen:
            line = {"color": colour, "width": width, "dash": dash}
            traces.append(_lines(chosen, name, line) | {"opacity": opacity})
    if cut := [trial for trial in begun if state(trial) == "pruned"]:
        traces.append(_crosses(cut))
    if material.baseline is not None and material.baseline.intermediate_values:
        line = {"color": BASELINE, "width": 3, "dash": "dash"}
        traces.append(_lines([material.baseline], "baseline", line))
    if material.best is not None and material.best.intermediate_values:
        name = f"best: trial {material.best.number}"
        traces.append(_lines([material.best], name, {"color": BEST, "width": 3.5}))
    longest = max(trial.last_step or 0 for trial in begun)
    layout = {"xaxis": whole_numbers("epoch", longest), "yaxis": accuracy_axis()}
    rows = (
        (trial.number, step, round(float(np.float32(100 * accuracy)) / 100, 6))
        for trial in begun
        for step, accuracy in sorted(trial.intermediate_values.items())
    )
    return Figure(
        "curves",
        title,
        _sentence(material, cut, longest),
        "Each line is one trial: the share of held-out faces that it recognised after each pass "
        "over the training faces (epoch). A line that ends in a cross was stopped there because "
        "others were ahead at the same epoch. Lines of pruned, failed and unfinished trials are "
        "broken, each kind in its own way.",
        (Plot(tuple(traces), layout, height=440),),
        data=Table(("trial", "epoch", "validation_accuracy"), tuple(rows)),
        packed=True,
    )


def _lines(trials: Sequence[FrozenTrial], name: str, line: dict[str, Any]) -> dict[str, Any]:
    steps: list[int] = []
    heights: list[float] = []
    numbers: list[int] = []
    for trial in trials:
        curve = sorted(trial.intermediate_values.items())
        steps += [step for step, _ in curve] + [curve[-1][0]]
        heights += [100 * accuracy for _, accuracy in curve] + [float("nan")]  # a gap
        numbers += [trial.number] * (len(curve) + 1)
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(steps) < 40 * len(trials) and len(trials) == 1 else "lines",
        "marker": {"size": 5},
        "x": typed_array(np.array(steps)),
        "y": typed_array(np.array(heights, dtype=np.float32)),
        "customdata": typed_array(np.array(numbers)),
        "name": name,
        "line": line,
        "hovertemplate": "trial %{customdata}, epoch %{x}: %{y:.2f} %<extra></extra>",
    }


def _crosses(cut: Sequence[FrozenTrial]) -> dict[str, Any]:
    last = [max(trial.intermediate_values) for trial in cut]
    heights = [t.intermediate_values[step] for t, step in zip(cut, last, strict=True)]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": last,
        "y": [round(100 * height, 2) for height in heights],
        "customdata": [trial.number for trial in cut],
        "name": "pruned here",
        "marker": {"color": PRUNED, "symbol": "x", "size": 8 if len(cut) < 200 else 4},
        "hovertemplate": "trial %{customdata} pruned after epoch %{x}: %{y:.2f} %<extra></extra>",
    }


def _sentence(material: Material, cut: Sequence[FrozenTrial], longest: int) -> str:
    parts = []
    if cut:
        where = Counter(max(trial.intermediate_values) for trial in cut)
        epoch, most = max(where.items(), key=lambda item: (item[1], -item[0]))
        spread = "all" if most == len(cut) else f"{most:,} of them"
        parts.append(f"Pruning stopped {count(len(cut), 'trial')}, {spread} after epoch {epoch}")
    else:
        parts.append("No trial was pruned")
    best, base = material.best, material.baseline
    if best is not None and base is not None and best.intermediate_values:
        passed = [
            step
            for step, accuracy in sorted(best.intermediate_values.items())
            if accuracy > base.values[0]
        ]
        parts.append(
            f"the best trial passed the baseline's final {percent(base.values[0])} "
            f"at epoch {passed[0]} of {longest}"
            if passed
            else "the best trial never passed the baseline's final accuracy"
        )
    return "; ".join(parts) + "."

"""Accuracy of each trial in the order in which they began, and the best so far."""

from optuna.trial import FrozenTrial

from reports.data.study_data import Material
from reports.figures.common import accuracy_axis, best_so_far, level, missing, state, whole_numbers
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import count, percent, points
from reports.rendering.palette import BASELINE, BEST, COMPLETE, FAILED, PRUNED, PUBLISHED


def history(material: Material, published: float | None) -> Figure:
    """The optimisation history."""
    title = "Every trial, and the best so far"
    if not material.searched:
        return missing("history", title, "No trial of the space has begun.")
    done = sorted(material.complete, key=lambda trial: trial.number)
    last = max(trial.number for trial in material.trials)
    ends = (0, max(last, 1))
    traces = [*_found(done, ends[1]), *_rug(material)]
    if material.baseline is not None:
        traces.append(level(ends, material.baseline.values[0], "baseline", BASELINE, "dash"))
    if published is not None:
        traces.append(level(ends, published, "published (test)", PUBLISHED, "dot"))
    layout = {
        "xaxis": whole_numbers("trial", last) | {"anchor": "y2"},
        "yaxis": accuracy_axis() | {"domain": [0.12, 1]},
        "yaxis2": {"domain": [0, 0.08], "showticklabels": False, "showgrid": False,
                   "range": [-1, 1], "fixedrange": True, "zeroline": False},
    }  # fmt: skip
    return Figure(
        "history",
        title,
        _sentence(material, done),
        "Each dot is a trial that trained to its end. The line steps up whenever a trial beats all "
        "before it. Crosses at the bottom are trials stopped early because they lagged behind "
        "(pruned), triangles such as failed.",
        (Plot(tuple(traces), layout),),
        data=Table(
            ("trial", "role", "state", "validation_accuracy", "epochs"),
            tuple(_row(trial) for trial in material.trials),
        ),
    )


def _found(done: list[FrozenTrial], last: int) -> list[dict[str, object]]:
    if not done:
        return []
    numbers = [trial.number for trial in done]
    heights = [round(100 * trial.values[0], 3) for trial in done]
    top = best_so_far(heights)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [*numbers, last],
            "y": [*top, top[-1]],
            "name": "best so far",
            "line": {"color": BEST, "width": 3, "shape": "hv"},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": numbers,
            "y": heights,
            "name": "complete",
            "marker": {"color": COMPLETE, "size": 9 if len(done) < 200 else 5},
            "hovertemplate": "trial %{x}: %{y:.2f} %<extra></extra>",
        },
    ]


def _rug(material: Material) -> list[dict[str, object]]:
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [trial.number for trial in group],
            "y": [0] * len(group),
            "yaxis": "y2",
            "name": name,
            "marker": {"color": colour, "symbol": symbol, "size": 8 if len(group) < 200 else 5},
            "hovertemplate": f"trial %{{x}}: {name}<extra></extra>",
        }
        for name, group, colour, symbol in (
            ("pruned", material.pruned, PRUNED, "x"),
            ("failed", material.failed, FAILED, "triangle-up"),
        )
        if group
    ]


def _row(trial: FrozenTrial) -> tuple[str | int | float | None, ...]:
    accuracy = trial.values[0] if trial.values and state(trial) == "complete" else None
    role = trial.user_attrs.get("role", "")
    return trial.number, role, state(trial), accuracy, len(trial.intermediate_values)


def _sentence(material: Material, done: list[FrozenTrial]) -> str:
    best = material.best
    if best is None:
        return "No trial ran to its end, so there are no dots: only marks at the bottom."
    after = [trial for trial in material.searched if trial.number > best.number]
    ended = sum(trial.state.is_finished() for trial in after)
    begun = count(len(material.searched), "trial")
    tail = f"{count(ended, 'trial')} begun after it did no better"
    if not ended:
        tail = "none that began after it has ended yet" if after else "it came last"
    first = done[0]
    gain = (
        f", {points(best.values[0] - first.values[0])} over the first, trial {first.number}"
        if first is not best
        else ""
    )
    return (
        f"Of {begun}, {len(done):,} ran to their end; the best, trial {best.number}, reached "
        f"{percent(best.values[0])}{gain}; {tail}."
    )

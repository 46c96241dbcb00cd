"""Best, baseline and what was published, with their intervals: the verdict as a picture."""

from reports.data.study_data import Material
from reports.data.verdict import Share, Verdict
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import percent
from reports.rendering.palette import BASELINE, BEST, PUBLISHED


def result(material: Material, verdict: Verdict) -> Figure | None:
    """None where there is nothing to compare."""
    rows = [
        (name, share, colour, symbol)
        for name, share, colour, symbol in (
            ("baseline", verdict.baseline, BASELINE, "square"),
            ("best trial", verdict.best, BEST, "circle"),
        )
        if share is not None
    ]
    if not rows:
        return None
    traces = [_whisker(*row) for row in rows]
    shapes, notes = [], []
    if verdict.published is not None:
        at = 100 * verdict.published
        shapes.append({"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper",
                       "line": {"color": PUBLISHED, "dash": "dot", "width": 2}})  # fmt: skip
        notes.append({"x": at, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
                      "text": f"published {percent(verdict.published, 1)} (test)"})  # fmt: skip
    layout = {
        "showlegend": False,
        "margin": {"t": 30},
        "xaxis": {"ticksuffix": " %", "title": {"text": "share of faces recognised"}},
        "yaxis": {"range": [-0.6, len(rows) - 0.4]},
        "shapes": shapes,
        "annotations": notes,
    }
    data = [(name, share.value, *(share.ends or (None, None)), share.n) for name, share, *_ in rows]
    if verdict.published is not None:
        data.append(("published (test)", verdict.published, None, None, 3965))
    return Figure(
        "result",
        "Best against baseline",
        _sentence(verdict),
        "A dot is a measured accuracy. Its line is the 95 % interval: measured on other faces of "
        "the same kind, the accuracy would mostly fall within it. Where two lines overlap much, "
        "the difference may be chance.",
        (Plot(tuple(traces), layout, height=200),),
        data=Table(("what", "accuracy", "low", "high", "faces"), tuple(data)),
    )


def _whisker(name: str, share: Share, colour: str, symbol: str) -> dict[str, object]:
    low, high = share.ends or (share.value, share.value)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(100 * share.value, 3)],
        "y": [name],
        "name": name,
        "marker": {"color": colour, "symbol": symbol, "size": 14},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [round(100 * (high - share.value), 3)],
            "arrayminus": [round(100 * (share.value - low), 3)],
            "color": colour,
            "thickness": 3,
            "width": 0,
        },
        "hovertemplate": f"{name}: %{{x:.2f}} %<extra></extra>",
    }


def _sentence(verdict: Verdict) -> str:
    best, baseline = verdict.best, verdict.baseline
    if best is None or baseline is None:
        return "Only one of the two has run to its end, so this is all there is to compare."
    if best.ends is None or baseline.ends is None:
        return "How many faces were held out is not known, so there are no intervals."
    if best.ends[0] > baseline.ends[1]:
        return "The two intervals do not even touch."
    overlap = min(best.ends[1], baseline.ends[1]) - max(best.ends[0], baseline.ends[0])
    return (
        f"The two intervals overlap by {100 * overlap:.1f} points; the verdict above compares the "
        "difference itself, which is sharper."
    )

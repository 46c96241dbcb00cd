"""The best trial and the baseline of each study, and the published accuracy."""

from dataclasses import dataclass
from typing import Any

from fer.formatting import count, interval, percent
from reports.data.comparison import Comparison
from reports.figures.common import missing, names_above
from reports.figures.traces import error_bars
from reports.rendering.figure import Cell, DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import distinct, listing
from reports.rendering.palette import BASELINE, BEST, PUBLISHED
from search.results import published
from search.results.accuracy import MeasuredAccuracy
from search.results.baseline import baseline_label
from search.results.means import measured

TITLE = "Best trials and baselines"
CAPTION = (
    "Each marker is a validation accuracy, its line the 95 % interval: measured on other faces of "
    "the same kind, the accuracy would lie within it in most cases. A best trial was selected by "
    "this accuracy, which biases it upwards, and the more the more trials there are. The published "
    "accuracy was measured on the test images of FER2013, which no study reads: it is a reference, "
    "and not tested against."
)


@dataclass(frozen=True)
class _Row:
    """One accuracy.

    Attributes:
        epochs: that it was trained; None if unknown.
        accuracy: None until the trial has run to its end.
    """

    study: str
    what: str
    trial: int | None
    epochs: int | None
    accuracy: MeasuredAccuracy | None
    best: bool


def build(comparison: Comparison) -> Figure:
    """Two markers for each study, and a line for the published accuracy."""
    rows = [row for name in comparison.studies for row in _rows(comparison, name)]
    drawn = [row for row in rows if row.accuracy is not None]
    if not drawn:
        return missing("results", TITLE, "No trial of any study has run to its end.")
    return Figure(
        "results",
        TITLE,
        _sentence(comparison, drawn),
        CAPTION,
        (_plot(comparison, drawn),),
        tables=(
            DisplayTable(
                Table(
                    ("study", "what", "trial", "epochs", "accuracy", "95 % interval", "n"),
                    (*map(_shown, rows), *_published(comparison)),
                )
            ),
        ),
        data=Table(
            ("study", "what", "trial", "epochs", "accuracy", "low", "high", "faces"),
            tuple(
                (row.study, row.what, row.trial, row.epochs, *_values(row.accuracy)) for row in rows
            ),
        ),
    )


def _rows(comparison: Comparison, name: str) -> list[_Row]:
    study = comparison.studies[name]
    snapshot = study.snapshot
    rows = []
    if snapshot.best is not None:
        best = snapshot.best
        what = f"best of {count(len(snapshot.searched), 'searched trial')}"
        if snapshot.race is not None:
            what = f"winner of the race, of {count(len(snapshot.searched), 'searched trial')}"
        if name in comparison.unfinished:
            what += " so far"
        accuracy = measured(best, study.held_out)
        rows.append(_Row(name, what, best.number, best.last_epoch, accuracy, True))
    baseline, what = snapshot.baseline, baseline_label(snapshot.definition)
    if baseline is None:
        rows.append(_Row(name, f"{what}, not finished", None, None, None, False))
    else:
        accuracy = measured(baseline, study.held_out)
        rows.append(_Row(name, what, baseline.number, baseline.last_epoch, accuracy, False))
    return rows


def _shown(row: _Row) -> tuple[Cell, ...]:
    accuracy = row.accuracy
    return (
        row.study,
        row.what,
        "–" if row.trial is None else row.trial,
        "–" if row.epochs is None else row.epochs,
        percent(accuracy.value) if accuracy else "–",
        interval(*accuracy.ends) if accuracy and accuracy.ends else "–",
        accuracy.n if accuracy and accuracy.n else "–",
    )


def _values(accuracy: MeasuredAccuracy | None) -> tuple[Cell, ...]:
    if accuracy is None:
        return None, None, None, None
    return accuracy.value, *(accuracy.ends or (None, None)), accuracy.n


def _published(comparison: Comparison) -> tuple[tuple[Cell, ...], ...]:
    """A row for the published accuracy, where a study has FER2013's faces."""
    if not comparison.on_published_faces:
        return ()
    test = MeasuredAccuracy(published.TEST, published.TEST_IMAGES)
    every = comparison.published is not None
    whose = "" if every else f", for {listing(comparison.on_published_faces)} only"
    return (
        (
            "published",
            f"on the test images{whose}",
            "–",
            "–",
            percent(test.value),
            interval(*test.ends) if test.ends else "–",
            test.n,
        ),
    )


def _plot(comparison: Comparison, rows: list[_Row]) -> Plot:
    names = distinct([f"{row.study}: {row.what}" for row in rows], most=56)
    layout: dict[str, Any] = {
        "showlegend": False,
        "xaxis": {"ticksuffix": " %", "title": {"text": "validation accuracy"}},
        **names_above(names, 16),
    }
    layout["margin"] = {"l": 16, "t": 34}
    if comparison.published is not None:
        at = 100 * comparison.published
        layout["shapes"] = [
            {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper",
             "layer": "below", "line": {"color": PUBLISHED, "dash": "dot", "width": 2}}
        ]  # fmt: skip
        layout["annotations"].append(
            {"x": at, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
             "text": f"published {percent(comparison.published, 1)} (test)"}
        )  # fmt: skip
    traces = tuple(map(_marker, rows, names))
    return Plot(traces, layout, 110 + 46 * len(rows))


def _marker(row: _Row, name: str) -> dict[str, Any]:
    assert row.accuracy is not None, "a row that is drawn"
    value = row.accuracy.value
    colour, symbol = (BEST, "circle") if row.best else (BASELINE, "square")
    ends = row.accuracy.ends or (value, value)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(100 * value, 3)],
        "y": [name],
        "name": name,
        "marker": {"color": colour, "symbol": symbol, "size": 12},
        "error_x": error_bars([value], [ends], colour, digits=3, thickness=3, width=0),
        "hovertemplate": f"{name}: %{{x:.2f}} %<extra></extra>",
    }


def _sentence(comparison: Comparison, rows: list[_Row]) -> str:
    values = ", ".join(
        f"{percent(row.accuracy.value)} in {row.study} ({row.what})"
        for row in rows
        if row.accuracy is not None
    )
    return f"{comparison.caveat}Validation accuracies: {values}."

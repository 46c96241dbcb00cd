"""What early accuracies say about the end of a long schedule."""

from reports.figures.common import names_above
from reports.figures.traces import error_bars
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.palette import BEST
from search.replay.results import Results
from search.replay.sentences import early_accuracy, kept, place

TITLE = "What an early accuracy says"
CAPTION = (
    "Spearman's rank correlation over recipes, between the accuracy that a search sees on one fold "
    "and that of the complete 20 epochs on the other fold, whose network and held-out faces have "
    "nothing in common with it; mean of both directions. Lines: 95 % intervals by resampling "
    "recipes. The last row is the noise: no measure can be expected above it."
)


def build(results: Results) -> Figure:
    """A marker with its interval for each measure, and what each would keep."""
    found = results.predictions
    names = [place(prediction) for prediction in found]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [round(prediction.rho, 3) for prediction in found],
        "y": names,
        "name": "rank correlation",
        "marker": {"color": BEST, "size": 11},
        # In hundredths, as error_bars takes shares and draws points.
        "error_x": error_bars(
            [prediction.rho / 100 for prediction in found],
            [(prediction.low / 100, prediction.high / 100) for prediction in found],
            BEST,
            digits=3,
            thickness=2,
            width=0,
        ),
        "hovertemplate": "%{y}: %{x:.2f}<extra></extra>",
    }
    layout = names_above(names, 14, grid=True) | {
        "showlegend": False,
        "xaxis": {"title": {"text": "rank correlation with the end"}},
    }
    columns = ("accuracy at", "rank correlation", "95 % interval", "best quarter in the better "
               "half", "in the best quarter")  # fmt: skip
    rows = tuple(
        (
            place(prediction),
            f"{prediction.rho:.2f}",
            f"{prediction.low:.2f} to {prediction.high:.2f}",
            f"{100 * prediction.half:.0f} %",
            f"{100 * prediction.quarter:.0f} %",
        )
        for prediction in found
    )
    return Figure(
        "early",
        TITLE,
        f"{early_accuracy(found)} {kept(found)}",
        CAPTION,
        (Plot((trace,), layout, height=100 + 40 * len(names)),),
        tables=(DisplayTable(Table(columns, rows)),),
        data=Table(
            ("epoch", "epochs", "rho", "low", "high", "half", "quarter"),
            tuple((p.epoch, p.epochs, p.rho, p.low, p.high, p.half, p.quarter) for p in found),
        ),
    )

"""All candidates of the confirmation on the same fresh folds, and which one was chosen."""

from fer.formatting import count, percent, points
from reports.data.confirmation_rows import OnFolds, on_folds
from reports.data.estimates import difference, ends_of, mean_and_sd
from reports.data.study_data import StudyData
from reports.figures.estimate_rows import EstimateRow, Mark, Reference, Style, estimate_plot
from reports.rendering.figure import Cell, DisplayTable, Figure, Table
from reports.rendering.palette import BASELINE, BEST, COMPLETE, INK
from search.confirmation.record import BASELINE as THE_BASELINE

TITLE = "Candidates on fresh folds"
CAPTION = (
    "Each row is a recipe, trained on splits and with seeds that the search has not used, the same "
    "for all. The faint dots are the folds, the large marker their mean with its 95 % interval, "
    "which allows for the training faces that folds share (Nadeau and Bengio, 2003). The gain over "
    "the baseline is paired, fold by fold. The open diamond is the accuracy that the search had "
    "reported. The dashed line is the baseline's mean."
)
_WINNER = Style("chosen", BEST, "circle")
_OTHER = Style("other candidates", COMPLETE, "circle")
_BASELINE = Style("baseline", BASELINE, "square")
_SEARCH = Style("reported by the search", INK, "diamond-open")


def build(data: StudyData) -> Figure | None:
    """A row for each candidate; None before a run of the confirmation has ended."""
    rows = on_folds(data.snapshot)
    known = [row for row in rows if row.mean]
    if not known or data.snapshot.confirmation is None:
        return None
    at = [Reference(row.mean.mean, "mean of the baseline", BASELINE, "dash") for row in known
          if row.mean and row.candidate.name == THE_BASELINE]  # fmt: skip
    strong = frozenset((i, 2) for i, row in enumerate(rows) if row.winner or row.equal)
    choice = data.snapshot.confirmation.choice
    return Figure(
        "confirmed-folds",
        TITLE,
        f"{choice.rule[:1].upper()}{choice.rule[1:]}." if choice else _unfinished(rows),
        CAPTION,
        (estimate_plot([_drawn(row) for row in known], "fold", at, "validation accuracy"),),
        tables=(DisplayTable(table(rows), strong),),
        data=_csv(rows),
    )


def table(rows: tuple[OnFolds, ...]) -> Table:
    """The candidates, with what the search had reported."""
    columns = (
        "recipe", "folds", "mean ± SD", "95 % interval", "over the baseline", "search",
        "search − mean",
    )  # fmt: skip
    return Table(columns, tuple(map(_row, rows)))


def _row(row: OnFolds) -> tuple[Cell, ...]:
    reported = row.candidate.search_accuracy
    return (
        row.name,
        str(len(row.folds)),
        mean_and_sd(row.mean, "fold"),
        ends_of(row.mean),
        difference(row.gain),
        "–" if reported is None else percent(reported),
        "–" if row.flattered is None else points(row.flattered),
    )


def _drawn(row: OnFolds) -> EstimateRow:
    assert row.mean is not None, "a row that is drawn"
    reported = row.candidate.search_accuracy
    marks = () if reported is None else (Mark(reported, _SEARCH),)
    style = _WINNER if row.winner else _OTHER
    if row.candidate.name == THE_BASELINE and not row.winner:
        style = _BASELINE
    ends = row.mean.low, row.mean.high
    return EstimateRow(row.name, style, row.accuracies, row.mean.mean, ends, marks)


def _unfinished(rows: tuple[OnFolds, ...]) -> str:
    least = min(len(row.folds) for row in rows)
    return f"Not finished: all candidates have run on {count(least, 'fold')}; none is chosen yet."


def _csv(rows: tuple[OnFolds, ...]) -> Table:
    values = ((row.candidate.name, fold, value) for row in rows for fold, value in row.folds)
    return Table(("recipe", "fold", "accuracy"), tuple(values))

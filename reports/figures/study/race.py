"""The race: the accuracy of each recipe in each fold, which were dropped, and which are equal."""

from fer.formatting import percent, points
from reports.data.estimates import NONE, difference, ends_of, mean_and_sd
from reports.data.race_rows import RaceRow, race_rows
from reports.data.study_data import StudyData
from reports.figures.estimate_rows import EstimateRow, Mark, Reference, Style, estimate_plot
from reports.rendering.figure import Cell, DisplayTable, Figure, Table
from reports.rendering.palette import BASELINE, BEST, COMPLETE, INK, PRUNED
from search.results.race_words import race_sentences

TITLE = "Race"
CAPTION = (
    "Each row is a recipe, trained with all epochs. The faint dots are its folds (other splits and "
    "seeds, the same for all recipes); the large marker is their mean with its 95 % t interval. A "
    "dropped recipe was worse than the leader by the one-sided signed-rank test over the folds so "
    "far; its mean is over fewer folds, so compare it by its distance to the leader, which is "
    "paired, fold by fold. Equal to the leader is one whose interval of that distance holds 0. The "
    "open diamond is the accuracy that the screen had reported: how far it is from the mean is how "
    "much the screen flattered. The dashed line is the baseline's mean."
)
_EQUAL = Style("leader and its equals", BEST, "circle")
_WORSE = Style("behind the leader", COMPLETE, "circle")
_LEFT = Style("dropped", PRUNED, "x")
_BASELINE = Style("baseline", BASELINE, "square")
_SCREEN = Style("reported by the screen", INK, "diamond-open")


def build(data: StudyData) -> Figure | None:
    """A row for each recipe of the race and the baseline; None in a study without rounds."""
    study = data.snapshot
    if study.definition.rounds is None:
        return None
    sentence = " ".join(race_sentences(study))
    rows = race_rows(study.race)
    if not rows:
        return Figure("race", TITLE, sentence)
    at = [Reference(row.mean.mean, "mean of the baseline", BASELINE, "dash")
          for row in rows if row.standing is None]  # fmt: skip
    strong = frozenset((i, 3) for i, row in enumerate(rows) if row.equal)
    return Figure(
        "race",
        TITLE,
        sentence,
        CAPTION,
        (estimate_plot([_drawn(row) for row in rows], "fold", at, "validation accuracy"),),
        tables=(DisplayTable(table(rows), strong),),
        data=_csv(rows),
    )


def table(rows: tuple[RaceRow, ...]) -> Table:
    """The standings, with the screen's ranking beside the race's."""
    columns = (
        "recipe", "rank", "rank in the screen", "mean ± SD", "95 % interval", "to the leader",
        "screen", "screen − mean",
    )  # fmt: skip
    return Table(columns, tuple(map(_row, rows)))


def _row(row: RaceRow) -> tuple[Cell, ...]:
    return (
        row.name,
        NONE if row.rank is None else str(row.rank),
        NONE if row.screen_rank is None else str(row.screen_rank),
        mean_and_sd(row.mean, "fold"),
        ends_of(row.mean),
        difference(row.behind),
        NONE if row.screened is None else percent(row.screened),
        NONE if row.flattered is None else points(row.flattered),
    )


def _drawn(row: RaceRow) -> EstimateRow:
    style = _EQUAL if row.equal else _LEFT if row.dropped else _WORSE
    if row.standing is None:
        style = _BASELINE
    marks = () if row.screened is None else (Mark(row.screened, _SCREEN),)
    ends = row.mean.low, row.mean.high
    return EstimateRow(row.name, style, row.folds, row.mean.mean, ends, marks)


def _csv(rows: tuple[RaceRow, ...]) -> Table:
    most = max(len(row.folds) for row in rows)
    columns = (
        "trial", "rank", "screen_rank", "screen_accuracy", "mean", "low", "high",
        "dropped_after_fold", "equal_to_the_leader", *(f"fold_{i}" for i in range(1, most + 1)),
    )  # fmt: skip
    return Table(columns, tuple(_values(row, most) for row in rows))


def _values(row: RaceRow, most: int) -> tuple[Cell, ...]:
    standing, mean = row.standing, row.mean
    equal = None if standing is None else "yes" if row.equal else "no"
    return (
        row.number, row.rank, row.screen_rank, row.screened, mean.mean, mean.low, mean.high,
        standing.dropped_after if standing else None, equal,
        *row.folds, *(None for _ in range(most - len(row.folds))),
    )  # fmt: skip

"""The confirmation: the winner on the test images, graded from outside, and on fresh folds."""

from collections.abc import Iterator, Mapping

from fer.formatting import SPACE, count, interval, percent
from reports.data.confirmation_rows import Graded, OnFolds, graded, on_folds
from reports.data.estimates import ends_of, mean_and_sd
from reports.data.study_data import StudyData
from reports.figures.estimate_rows import Ends, EstimateRow, Mark, Reference, Style, estimate_plot
from reports.rendering.figure import Cell, DisplayTable, Figure, Table
from reports.rendering.palette import BEST, BLUE, COMPLETE, GREEN, INK, PUBLISHED
from search.confirmation.figures import Part, TargetFigures
from search.confirmation.openings import ALL, IN_TRAIN, NOT_IN_TRAIN
from search.confirmation.statistics import Estimate

TITLE = "Chosen recipe and target"
CAPTION = (
    "The dotted line is the accuracy to beat. Faint dots are the seeds of the chosen recipe, each "
    "trained on all training faces; the circle is their mean on the test images, with the 95 % "
    "interval for other seeds and other images; the diamond is the ensemble, the mean of their "
    "probabilities, with Wilson's interval. The last row is the same recipe on held-out faces that "
    "the search has not used: its folds, and their mean with an interval that allows for the "
    "training faces that folds share (Nadeau and Bengio, 2003). The open diamond is the accuracy "
    "that the search had reported: its distance to the mean is how much the search flattered. "
    "Held-out faces and test images are not equally hard, so compare accuracies on the same faces."
)
PARTS = {
    ALL: "all test images",
    NOT_IN_TRAIN: "test images not in train",
    IN_TRAIN: "test images in train, too",
}
_MEAN = Style("mean over seeds", BEST, "circle")
_ENSEMBLE = Style("ensemble", BLUE, "diamond")
_GRADED = Style("graded from outside", GREEN, "square")
_FOLDS = Style("mean over fresh folds", COMPLETE, "circle")
_SEARCH = Style("reported by the search", INK, "diamond-open")


def build(data: StudyData) -> Figure | None:
    """A row for each part of the test images, each grade, and the folds; None before it began."""
    confirmation = data.snapshot.confirmation
    if confirmation is None:
        return None
    test, grades = data.answer.test, graded(confirmation)
    winner = [row for row in on_folds(data.snapshot) if row.winner]
    apart = grades if test is None or not test.from_outside else ()
    drawn = [*_on_test(test), *map(_grade, apart), *map(_on_folds, winner)]
    sentence = " ".join(_sentences(data, winner))
    if not drawn:
        return Figure("confirmation", TITLE, sentence)
    target = confirmation.request.target
    line = Reference(target, f"target {percent(target, 3)} (test)", PUBLISHED, "dot")
    tables = []
    if test is not None:
        tables.append(DisplayTable(_test_table(test.parts), caption="On the test images"))
        if test.without_tta:
            without = _test_table(test.without_tta)
            tables.append(DisplayTable(without, caption="Without flip TTA", folded=True))
    if grades:
        tables.append(DisplayTable(_grade_table(grades), caption="Graded from outside"))
    return Figure(
        "confirmation",
        TITLE,
        sentence,
        CAPTION,
        (estimate_plot(drawn, "run", [line]),),
        tables=tuple(tables),
        data=_csv(test, grades, winner),
    )


def _on_test(test: TargetFigures | None) -> Iterator[EstimateRow]:
    if test is None:
        return
    for name, part in test.parts.items():
        if name == IN_TRAIN:
            continue  # few images, whose wide intervals would leave no room for the others'
        outside = ", graded from outside" if test.from_outside else ""
        title = f"{PARTS.get(name, name)}, n = {part.n:,}{outside}"
        seeds, mean = tuple(right / part.n for right in part.seeds), part.mean
        ends: Ends = (None, None)
        if mean is not None:
            # One seed has no spread, but other images give an interval.
            ends = (mean.low, mean.high) if mean.low is not None else part.mean_ends or ends
        marks: tuple[Mark, ...] = ()
        if part.ensemble_accuracy is not None:
            marks = (Mark(part.ensemble_accuracy, _ENSEMBLE, part.ensemble_ends or (None, None)),)
        yield EstimateRow(title, _MEAN, seeds, mean.mean if mean else None, ends, marks)


def _grade(row: Graded) -> EstimateRow:
    name = f"graded from outside: {row.of}, n = {row.grade.n:,}"
    return EstimateRow(name, _GRADED, (), row.grade.accuracy, row.ends)


def _on_folds(row: OnFolds) -> EstimateRow:
    assert row.mean is not None, "the winner has run on all folds"
    reported = row.candidate.search_accuracy
    marks = () if reported is None else (Mark(reported, _SEARCH),)
    name = f"held-out faces, {count(len(row.folds), 'fresh fold')}".replace(SPACE, " ")
    ends = row.mean.low, row.mean.high
    return EstimateRow(name, _FOLDS, row.accuracies, row.mean.mean, ends, marks)


def _test_table(parts: Mapping[str, Part]) -> Table:
    columns = ("test images", "n", "mean ± SD", "95 % interval", "ensemble", "95 % interval of it")
    return Table(
        columns,
        tuple(
            (
                PARTS.get(name, name),
                part.n,
                mean_and_sd(part.mean, "seed"),
                ends_of(part.mean),
                "–" if part.ensemble_accuracy is None else percent(part.ensemble_accuracy),
                "–" if part.ensemble_ends is None else interval(*part.ensemble_ends),
            )
            for name, part in parts.items()
        ),
    )


def _grade_table(rows: tuple[Graded, ...]) -> Table:
    columns = ("file", "predictions of", "accuracy", "95 % interval", "n", "sha256", "recorded")
    return Table(
        columns,
        tuple(
            (
                row.grade.file, row.of, percent(row.grade.accuracy), interval(*row.ends),
                row.grade.n, row.grade.sha256[:16], f"{row.grade.when:%Y-%m-%d}",
            )
            for row in rows
        ),
    )  # fmt: skip


def _sentences(data: StudyData, winner: list[OnFolds]) -> Iterator[str]:
    confirmation = data.snapshot.confirmation
    assert confirmation is not None, "there is a figure"
    if not confirmation.complete:
        yield f"{data.answer.line}."
    for row in winner:
        if row.flattered is not None and row.mean is not None:
            side = "above" if row.flattered >= 0 else "below"
            yield (
                f"The search had reported {percent(row.candidate.search_accuracy or 0.0)} for "
                f"{row.candidate.name.replace('-', ' ')}, "
                f"{100 * abs(row.flattered):.2f}{SPACE}points {side} its mean of "
                f"{percent(row.mean.mean)} over {count(len(row.folds), 'fresh fold')}."
            )


def _csv(test: TargetFigures | None, grades: tuple[Graded, ...], winner: list[OnFolds]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, part in test.parts.items() if test else ():
        for number, right in enumerate(part.seeds, 1):
            rows.append((name, f"run {number}", right / part.n, None, None, part.n))
        if part.mean is not None:
            rows.append((name, "mean", *_values(part.mean), part.n))
        if part.ensemble_accuracy is not None:
            ends = part.ensemble_ends or (None, None)
            rows.append((name, "ensemble", part.ensemble_accuracy, *ends, part.n))
    rows += [("graded", g.grade.file, g.grade.accuracy, *g.ends, g.grade.n) for g in grades]
    for row in winner:
        rows += [("fresh folds", f"fold {i}", value, None, None, None) for i, value in row.folds]
        if row.mean is not None:
            rows.append(("fresh folds", "mean", *_values(row.mean), None))
        rows.append(("search", "reported", row.candidate.search_accuracy, None, None, None))
    return Table(("faces", "what", "accuracy", "low", "high", "n"), tuple(rows))


def _values(estimate: Estimate) -> tuple[Cell, Cell, Cell]:
    return estimate.mean, estimate.low, estimate.high

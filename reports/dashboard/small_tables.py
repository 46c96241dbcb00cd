"""Tables at the top of a study's page in optuna-dashboard, and in its note: confirmation, race."""

from fer.formatting import percent
from reports.data.study_data import StudyData
from reports.rendering.figure import DisplayTable, Table


def small_tables(data: StudyData) -> tuple[DisplayTable, ...]:
    """The tables that the study has something for."""
    tables = (_confirmation(data), _race(data))
    return tuple(table for table in tables if table is not None)


def _race(data: StudyData) -> DisplayTable | None:
    if data.snapshot.race is None:
        return None
    # scipy takes memory that a study's supervisor does not have
    from reports.data.estimates import NONE, difference, mean_and_sd
    from reports.data.race_rows import race_rows

    rows = race_rows(data.snapshot.race)
    if not rows:
        return None
    columns = ("recipe", "mean ± SD", "to the leader", "screen")
    shown = tuple(
        (
            row.name,
            mean_and_sd(row.mean, "fold"),
            difference(row.behind),
            NONE if row.screened is None else percent(row.screened),
        )
        for row in rows
    )
    return DisplayTable(Table(columns, shown), caption="Race")


def _confirmation(data: StudyData) -> DisplayTable | None:
    if data.snapshot.confirmation is None:
        return None
    # scipy takes memory that a study's supervisor does not have
    from reports.data.confirmation_rows import on_folds
    from reports.data.estimates import NONE, difference, mean_and_sd

    rows = on_folds(data.snapshot)
    if not any(row.mean for row in rows):
        return None
    columns = ("recipe", "mean ± SD", "over the baseline", "search")
    shown = tuple(
        (
            row.name,
            mean_and_sd(row.mean, "fold"),
            difference(row.gain),
            NONE if (reported := row.candidate.search_accuracy) is None else percent(reported),
        )
        for row in rows
    )
    return DisplayTable(Table(columns, shown), caption="Confirmation on fresh folds")

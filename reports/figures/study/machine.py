"""The machine and the versions that a study ran with."""

from fer.formatting import count, duration
from reports.data.study_data import StudyData
from reports.rendering.figure import Cell, DisplayTable, Figure, Table
from reports.rendering.formatting import value

TITLE = "Machine and versions"


def build(data: StudyData) -> Figure:
    """A table of the machine, the versions, and the study's starts."""
    study = data.snapshot
    metrics = data.best_run.metrics
    machine = {**data.summary.get("machine", {}), **metrics.get("machine", {})}
    versions = {**data.summary.get("versions", {}), **metrics.get("versions", {})}
    rows: tuple[tuple[Cell, ...], ...] = (
        *((name, value(fact)) for name, fact in machine.items()),
        *((f"{name} version", value(version)) for name, version in versions.items()),
        ("starts", len(study.sessions)),
        ("workers at once", max((session.workers for session in study.sessions), default=0)),
        ("running time", duration(study.seconds)),
    )
    hosts = {trial.host for trial in study.trials if trial.host}
    missing = "" if machine else "; the run folders, which name the machine, are not here"
    return Figure(
        "machine",
        TITLE,
        f"The study ran for {duration(study.seconds)} on {count(max(1, len(hosts)), 'machine')}, "
        f"in {count(len(study.sessions), 'start')}{missing}.",
        tables=(DisplayTable(Table(("property", "value"), rows)),),
        data=Table(("property", "value"), rows),
    )

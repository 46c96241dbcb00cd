"""The best accuracy so far by the time that a study ran."""

from reports.data.comparison import Comparison
from reports.figures.progress import ended_trials, progress
from reports.rendering.figure import Figure
from reports.rendering.formatting import scale_of
from search.results.activity import active_until
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord

TITLE = "Best accuracy by time"


def build(comparison: Comparison) -> Figure:
    """Time in which a study did not run does not count."""
    ended = {name: running_seconds(study.snapshot) for name, study in comparison.studies.items()}
    longest = max((trials[-1][0] for trials in ended.values() if trials), default=0.0)
    unit, size = scale_of(longest)
    scaled = {name: [(x / size, trial) for x, trial in ended[name]] for name in ended}
    axis = {"title": {"text": f"running time, {unit}"}, "rangemode": "tozero"}
    return progress("progress-by-time", TITLE, comparison, scaled, unit, axis, _caveat(comparison))


def _caveat(comparison: Comparison) -> str:
    """That the times are of unequal workers."""
    workers = {
        name: max((session.workers for session in study.snapshot.sessions), default=0)
        for name, study in comparison.studies.items()
        if study.snapshot.sessions
    }
    if len(set(workers.values())) < 2:
        return ""
    shown = ", ".join(f"{name}: {number}" for name, number in workers.items())
    return f"The times are not comparable, as unequal numbers of workers ran at once ({shown}). "


def running_seconds(study: Snapshot) -> list[tuple[float, TrialRecord]]:
    """The ended trials with the seconds for which the study had run at their end, ascending."""
    return [
        (active_until(study.sessions, trial.ended), trial)
        for trial in ended_trials(study)
        if trial.ended
    ]

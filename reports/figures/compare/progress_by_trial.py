"""The best accuracy so far by trial."""

from reports.data.comparison import Comparison
from reports.figures.common import whole_numbers
from reports.figures.progress import ended_trials, progress
from reports.rendering.figure import Figure

TITLE = "Best accuracy by trial"


def build(comparison: Comparison) -> Figure:
    """Trials count in the order of their end."""
    ended = {
        name: [(float(i + 1), trial) for i, trial in enumerate(ended_trials(study.snapshot))]
        for name, study in comparison.studies.items()
    }
    axis = whole_numbers("ended searched trials", max(map(len, ended.values()), default=0))
    return progress("progress-by-trial", TITLE, comparison, ended, "trials", axis)

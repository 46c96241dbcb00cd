"""Seconds of an epoch on each benchmarked machine, as in the report of benchmarks."""

from benchmarks.recordings.recording_set import RecordingSet
from reports.data.bench_data import BenchData, labelled
from reports.data.comparison import Comparison
from reports.figures.bench import epoch_seconds
from reports.figures.common import missing
from reports.rendering.figure import Figure

TITLE = epoch_seconds.TITLE


def build(comparison: Comparison) -> Figure:
    """The figure of the recordings that the command names."""
    if not comparison.recordings:
        hint = "Add --bench FILE.json, a recording of fer bench run, to see the seconds an epoch."
        return missing("epoch-seconds", TITLE, hint)
    sets = [RecordingSet("", (recording,)) for recording in comparison.recordings]
    return epoch_seconds.build(BenchData(tuple(labelled(sets))))

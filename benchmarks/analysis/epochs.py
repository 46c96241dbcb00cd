"""Seconds that one run takes for an epoch, from a recording's training cases."""

from dataclasses import dataclass

from benchmarks.analysis.statistics import median_interval
from benchmarks.recordings.recording import EPOCH, Measured
from benchmarks.recordings.recording_set import RecordingSet


@dataclass(frozen=True)
class EpochTime:
    """Seconds of the training steps of one epoch, in one run that has the machine to itself.

    Attributes:
        seconds: at the median of the samples.
        low, high: the 95 % bootstrap interval of the median.
    """

    case: Measured
    seconds: float
    low: float
    high: float

    @property
    def device(self) -> str:
        """``cpu`` or ``cuda``."""
        return str(self.case.params.get("device", "cpu"))

    @property
    def batch(self) -> int:
        """Images a step."""
        return int(self.case.params.get("batch", 0))


def is_single_run(case: Measured) -> bool:
    """Whether a case trains one network at a time.

    Several processes at once train more images in total, but the epoch of each of them takes
    longer: their time is a throughput, not the time of an epoch.
    """
    return case.group == "training" and not case.several


def epoch_times(recordings: RecordingSet) -> tuple[EpochTime, ...]:
    """The time of an epoch of ``EPOCH`` faces in each training case of a single run."""
    times = []
    for name, case in recordings.cases().items():
        if is_single_run(case):
            calls = EPOCH / case.items
            low, high = median_interval(recordings.processes(name))
            times.append(EpochTime(case, calls * case.median, calls * low, calls * high))
    return tuple(times)

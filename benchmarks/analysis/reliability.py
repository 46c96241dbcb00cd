"""Whether a recording can be relied on at all: the share of noisy cases, and the machine's load."""

from benchmarks.recordings.comparability import BUSY
from benchmarks.recordings.recording_set import RecordingSet

NOISY_SHARE = 1 / 3
"""Of the cases; on an idle machine a few of the shortest ones are noisy."""


def reliability(recordings: RecordingSet) -> str:
    """What makes a recording less reliable, to be shown before its figures; empty if nothing."""
    cases = tuple(recordings.cases().values())
    noisy = sum(case.noisy for case in cases)
    doubts = []
    if noisy > NOISY_SHARE * len(cases):
        doubts.append(f"{noisy} of {len(cases)} cases are noisy")
    load, cores = _load(recordings), _cores(recordings)
    if load is not None and cores and load > BUSY * cores:
        doubts.append(f"the load was {load:.3g} on {cores} cores before the first case")
    return f"less reliable, as {' and '.join(doubts)}" if doubts else ""


def _load(recordings: RecordingSet) -> float | None:
    loads = [run.machine.get("load_before") for run in recordings.runs]
    known = [float(load) for load in loads if isinstance(load, int | float)]
    return max(known, default=None)


def _cores(recordings: RecordingSet) -> int:
    processor = recordings.machine.get("processor")
    available = processor.get("available") if isinstance(processor, dict) else None
    return int(available) if isinstance(available, int) else 0

"""Whether a recording can be relied on."""

from dataclasses import replace

from made_recordings import made_recording

from benchmarks.analysis.reliability import reliability
from benchmarks.recordings.recording_set import RecordingSet


def with_load(load: float | None) -> RecordingSet:
    made = made_recording(only=("training",))
    return RecordingSet("a.json", (replace(made, machine={**made.machine, "load_before": load}),))


def test_a_calm_recording_on_an_idle_machine_has_no_doubt():
    assert reliability(with_load(0.1)) == ""
    assert reliability(with_load(None)) == "", "a load that was not recorded is none"


def test_other_programs_are_a_doubt():
    assert reliability(with_load(2.35)) == (
        "less reliable, as the load was 2.35 on 2 cores before the first case"
    )


def test_many_noisy_cases_are_a_doubt_and_a_few_are_not():
    noisy = RecordingSet("a.json", (made_recording(noisy=("training", "inference", "study")),))
    assert " cases are noisy" in reliability(noisy)
    few = RecordingSet("a.json", (made_recording(noisy=("batch=1,",)),))
    assert reliability(few) == ""

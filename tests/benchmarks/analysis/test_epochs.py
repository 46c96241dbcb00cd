"""Seconds of an epoch of a single run."""

import pytest
from made_recordings import made_recording_set

from benchmarks.analysis.epochs import epoch_times
from benchmarks.analysis.statistics import median_interval
from benchmarks.recordings.recording_set import RecordingSet


def test_an_epoch_is_that_of_a_run_that_has_the_machine_to_itself():
    side = made_recording_set(only=("training",))
    training = {case.name: case for case in side.cases().values() if case.group == "training"}
    times = {time.case.name: time for time in epoch_times(side)}
    assert set(times) == {name for name in training if "processes=one]" in name}
    assert len(times) < len(training), "several processes at once were timed too"
    for name, time in times.items():
        assert time.seconds == pytest.approx(14_557 * training[name].median / training[name].items)
        assert time.low <= time.seconds <= time.high


def test_inference_and_dataloaders_have_no_epoch_of_their_own():
    assert epoch_times(made_recording_set(only=("inference", "dataloader"))) == ()


def test_the_interval_of_a_median_holds_it_and_narrows_with_more_samples():
    noise = [1 + 0.01 * ((7 * i) % 11) for i in range(40)]
    low, high = median_interval([noise])
    assert low <= sorted(noise)[20] <= high
    longer_low, longer_high = median_interval([noise * 10])
    assert longer_high - longer_low < high - low
    assert median_interval([[0.5]]) == (0.5, 0.5)


def test_processes_that_differ_widen_the_interval():
    alike = median_interval([[1.0] * 20, [1.0] * 20])
    different = median_interval([[1.0] * 20, [1.2] * 20])
    assert alike == (1.0, 1.0)
    assert different[1] - different[0] > 0.1


def test_repeated_recordings_are_one_time():
    runs = tuple(made_recording_set(only=("training",), seed=seed).runs[0] for seed in (0, 1))
    [one, *_] = epoch_times(RecordingSet("folder", runs))
    assert len(one.case.seconds) == 80

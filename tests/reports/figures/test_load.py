"""Memory and load of each trial."""

from made_attempts import attempt
from made_snapshots import record, snapshot

from reports.data.study_data import StudyData
from reports.figures.study import load
from search.results.trials import State


def drawn(*trials):
    return load.build(StudyData(snapshot(*trials)))


def test_memory_and_load_are_drawn_by_trial_and_state():
    busy = attempt(0, 60, load=3.4, peak_memory=1_300_000_000)
    figure = drawn(
        record(0, [0.5], attempts=(busy,)),
        record(1, [0.5], State.PRUNED, attempts=(attempt(60, 80),)),
        record(2, [0.5], State.PRUNED, attempts=(attempt(80, 90, load=None),)),
    )
    traces = {(t["name"], t["yaxis"]): (t["x"], t["y"]) for t in figure.plots[0].traces}
    assert traces == {
        ("complete", "y"): ([0], [1.3]),
        ("complete", "y2"): ([0], [1.7]),
        ("pruned", "y"): ([1, 2], [1.0, 1.0]),
        ("pruned", "y2"): ([1], [1.0]),
    }
    assert figure.sentence.replace("\u00a0", " ") == (
        "A worker had at most 1.30 GB (trial 0; the median is 1.00 GB). The mean load was 1.35 per "
        "core; in 1 of 2 trials it was above 1.2, so processes waited for a core and times are "
        "longer than on an idle machine."
    )


def test_trials_of_an_earlier_version_are_said_to_lack_it():
    assert "Neither is recorded, as an earlier version" in drawn(record(0, [0.5])).sentence
    both = drawn(record(0, [0.5]), record(1, [0.5], attempts=(attempt(60, 80),)))
    assert "For 1\u00a0trial, neither is recorded" in both.sentence
    assert "never above 1.2" in both.sentence


def test_nothing_is_said_of_an_empty_study():
    assert drawn().sentence == "No trial has started."

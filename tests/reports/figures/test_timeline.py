"""The timeline shows work and pauses apart."""

import datetime

from made_attempts import attempt
from made_snapshots import BEGAN, record, snapshot
from made_studies import make_study

from reports.data.study_data import StudyData
from reports.figures.study import timeline
from search.results.trials import State
from search.storage.sessions import Session


def drawn(*trials, sessions=()):
    return timeline.build(StudyData(snapshot(*trials, sessions=sessions)))


def session(begin: float, end: float, workers: int = 1) -> Session:
    at = (BEGAN + datetime.timedelta(seconds=second) for second in (begin, end))
    return Session(str(begin), *at, workers, "")


def test_a_pause_is_a_gap_and_no_work():
    trial = record(1, [0.5] * 31, attempts=(attempt(0, 10), attempt(2_187, 2_208)))
    figure = drawn(trial, sessions=(session(0, 20), session(2_180, 2_222)))
    (trace,) = figure.plots[0].traces
    assert (trace["base"], trace["x"]) == ([0.0, 36.45], [0.1667, 0.35])
    assert trace["y"] == ["worker 1", "worker 1"]
    assert trace["hovertemplate"].endswith(" complete: %{x:.3~g} minutes<extra></extra>")
    assert figure.sentence == (
        "1\u00a0worker did 31\u00a0seconds of work on 1\u00a0trial, and was busy 50\u00a0% of the "
        "time in which the study ran; the longest, trial 1, took 31\u00a0seconds; 1\u00a0trial was "
        "interrupted and resumed; the study was stopped for 35.8\u00a0minutes in between."
    )


def test_a_study_of_an_earlier_version_says_that_its_bars_are_approximate():
    ended = BEGAN + datetime.timedelta(seconds=2_208)
    paused = record(1, [0.5] * 31, began=BEGAN, ended=ended)
    figure = drawn(paused)
    assert "1\u00a0worker did 31\u00a0seconds of work" in figure.sentence
    assert "For these trials, the study has no times of pauses" in figure.sentence
    assert [row[5] for row in figure.data.rows] == ["approximate"]
    new = record(2, [0.5], attempts=(attempt(3_000, 3_001),))
    assert "For 1\u00a0trial, the study has no times" in drawn(paused, new).sentence


def test_a_study_without_pauses_says_nothing_of_them():
    sentence = timeline.build(make_study(10)).sentence
    assert sentence.startswith("2\u00a0workers did ")
    assert "approximate" not in sentence
    assert "stopped" not in sentence
    assert "resumed" not in sentence


def test_machines_have_rows_of_their_own():
    trials = [
        record(number, [0.5], State.PRUNED, attempts=(attempt(number, number + 9, host=host),))
        for number, host in enumerate(("a", "b", "a"), start=1)
    ]
    rows = [row[2] for row in drawn(*trials).data.rows]
    assert rows == ["machine 1, worker 1", "machine 2, worker 1", "machine 1, worker 2"]

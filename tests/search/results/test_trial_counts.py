"""Counts of trials: one way, with the baseline, at every place."""

import pytest
from made_snapshots import record, snapshot

from reports.dashboard.study_note import study_note
from reports.data.study_data import StudyData
from reports.pages.compare import compare_page
from reports.pages.study import study_page
from search.results.summary import summarise
from search.results.terminal import line
from search.results.trial_counts import states_in_words, trials_in_words
from search.results.trials import State


@pytest.fixture
def study():
    ended = [record(number, 0.8, State.PRUNED) for number in range(3, 6)]
    return snapshot(record(0, 0.7), record(1, 0.8), record(2, 0.75), *ended)


def plain(text):
    return text.replace("\u00a0", " ")


def test_the_baseline_is_a_trial(study):
    assert plain(trials_in_words(study)) == "6 trials (the baseline and 5 searched)"
    assert states_in_words(study) == "3 complete, 3 pruned, 0 failed"
    assert plain(trials_in_words(snapshot())) == "0 trials"


def test_trials_that_have_not_ended_are_counted_last():
    study = snapshot(record(0, 0.7, State.RUNNING), record(1, 0.7, State.STOPPED))
    assert states_in_words(study) == "0 complete, 0 pruned, 0 failed, 1 running, 1 stopped"


def test_every_place_counts_alike(study):
    counts = summarise(study)["trials"]
    words = f"{counts['complete']} complete, {counts['pruned']} pruned, {counts['failed']} failed"
    shown = [fact for fact in study_page(StudyData(study)).facts if "Trials" in fact.name]
    assert [(fact.name, fact.value, fact.note) for fact in shown] == [
        ("Trials, with the baseline", "6", words)
    ]
    assert words in line(study)
    note = plain(study_note(StudyData(study)))
    assert f"6 trials (the baseline and 5 searched): {words}" in note


def test_a_comparison_counts_alike(study):
    page = compare_page([StudyData(study)], [])
    words = f"{plain(trials_in_words(study))}: {states_in_words(study)}"
    assert words in plain(page.facts[0].note)
    (setup,) = (figure for figure in page.figures if figure.id == "setup")
    rows = {row[0]: row[1] for table in setup.tables for row in table.table.rows}
    assert f"{plain(rows['trials'])}: {rows['states']}" == words

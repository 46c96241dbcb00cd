"""Repeated runs and race runs are not drawn, ranked or counted as searched trials."""

import dataclasses

import pytest
from made_attempts import attempt, history_of
from made_snapshots import definition, race_run, random_trials, record, snapshot

from reports.dashboard import accuracy_by_time
from reports.dashboard.attributes import trial_lines
from reports.dashboard.study_note import study_note
from reports.dashboard.trial_note import trial_note
from reports.data.study_data import StudyData
from reports.figures.study import all_trials, curves, history, importance, load, parallel, slices
from reports.figures.study import timeline as study_timeline
from reports.figures.study import training as study_training
from reports.pages.compare import compare_page
from reports.pages.study import study_page
from search.results.histories import Histories
from search.results.summary import summarise, trials_csv
from search.results.terminal import line
from search.results.trial_counts import trials_in_words
from search.results.trials import State

GROUPED = "race run", "repeated run"


@pytest.fixture
def searched():
    return random_trials(20)


@pytest.fixture
def study(searched):
    """20 trials, then runs of the race that are all better than every one of them."""
    runs = (
        race_run(20, 3, [0.5, 0.97], attempts=(attempt(0, 10),)),
        race_run(21, 0, [0.5, 0.96], attempts=(attempt(10, 20),)),
    )
    return data_of(*searched, *runs)


@pytest.fixture
def means():
    """The mean over two folds: the best first run is of trial 1, the best mean that of trial 2."""
    firsts = record(0, 0.70), record(1, [0.5, 0.90]), record(2, 0.80), record(3, 0.75)
    stopped = "stopped after 1 of 2 runs, mean so far 75.00 %: median"
    repeats = [
        race_run(4 + group, group, accuracy, role="repeat", pair=1, attempts=(attempt(0, 9),))
        for group, accuracy in enumerate((0.72, 0.60, 0.82))
    ]
    trials = (*firsts[:3], dataclasses.replace(firsts[3], stopped=stopped), *repeats)
    return data_of(*trials, definition=definition(objective={"folds": 2}))


def data_of(*trials, **changes):
    histories = Histories({trial.number: history_of(trial) for trial in trials})
    return StudyData(snapshot(*trials, **changes), histories=histories)


def names(figure):
    return {trace["name"] for plot in figure.plots for trace in plot.traces}


@pytest.mark.parametrize("figure", [history, importance, parallel, slices])
def test_figures_of_the_search_are_the_same_with_and_without_them(study, searched, figure):
    alone = StudyData(snapshot(*searched))
    assert figure.build(study) == figure.build(alone)


def test_the_accuracies_by_time_are_the_same_with_and_without_them(study, searched):
    alone = snapshot(*searched)
    assert accuracy_by_time.build(study.snapshot) == accuracy_by_time.build(alone)


@pytest.mark.parametrize("figure", [curves, load, study_timeline, study_training])
def test_figures_of_all_trials_have_a_legend_of_their_own_for_them(study, means, figure):
    assert "race run" in names(figure.build(study))
    assert "repeated run" in names(figure.build(means))


def test_their_legends_appear_in_no_study_without_them(searched):
    for figure in (curves, load, study_timeline, study_training):
        assert not set(GROUPED) & names(figure.build(StudyData(snapshot(*searched))))


def test_the_table_of_all_trials_names_the_recipe_and_the_seeds(study):
    (shown,) = all_trials.build(study).tables
    rows = [dict(zip(shown.table.columns, row, strict=True)) for row in shown.table.rows]
    assert [row["role"] for row in rows[-3:]] == [
        "search", "race run of trial 3", "race run of the baseline",
    ]  # fmt: skip
    assert (rows[20]["split_seed"], rows[20]["seed"]) == ("1020", "2020")
    assert rows[20]["dropout"] == "0.3", "of the recipe, as it samples none"
    (alone,) = all_trials.build(StudyData(snapshot(record(0, 0.7)))).tables
    assert "split_seed" not in alone.table.columns


def test_the_table_has_the_mean_of_a_recipe_and_how_many_of_its_runs_are_complete(means):
    (shown,) = all_trials.build(means).tables
    rows = [dict(zip(shown.table.columns, row, strict=True)) for row in shown.table.rows]
    assert [(row["accuracy"], row["runs"], row["state"]) for row in rows[1:5]] == [
        ("75.00\u00a0%", "2/2", "complete"),
        ("81.00\u00a0%", "2/2", "complete"),
        ("75.00\u00a0%", "1/2", "pruned"),
        ("72.00\u00a0%", "", "complete"),
    ]
    assert rows[4]["role"] == "repeated run of the baseline"


def test_the_history_is_of_means(means):
    figure = history.build(means)
    assert [row[3] for row in figure.data.rows] == [0.71, 0.75, 0.81, None]
    assert figure.caption.endswith("is the mean of 2\u00a0runs (2\u00a0folds and 1\u00a0seed).")
    assert "is the mean of" not in history.build(data_of(record(0, 0.7), record(1, 0.8))).caption


def test_the_csv_has_the_group_and_the_seeds(study):
    header, *rows = (row.split(",") for row in trials_csv(study.snapshot).splitlines())
    last = dict(zip(header, rows[-1], strict=True))
    assert [last[key] for key in ("role", "group", "split_seed", "seed")] == [
        "race", "0", "1021", "2021",
    ]  # fmt: skip
    assert dict(zip(header, rows[1], strict=True))["group"] == ""


def plain(text):
    return text.replace("\u00a0", " ")


def test_every_place_counts_them_apart(study, means):
    words = "22 trials (the baseline, 19 searched and 2 race runs)"
    assert plain(trials_in_words(study.snapshot)) == words
    assert words in plain(study_note(study))
    assert words in plain(compare_page([study], []).facts[0].note)
    facts = {fact.name: fact.value for fact in study_page(study).facts}
    assert facts["Trials, with the baseline and the race"] == "22"
    assert plain(trials_in_words(means.snapshot)) == (
        "4 trials (the baseline and 3 searched; 7 runs, as accuracies are means)"
    )
    assert plain(trials_in_words(snapshot(race_run(1, 1, 0.9)))) == (
        "1 trial (0 searched and 1 race run; the baseline has not begun)"
    )


def test_none_of_them_is_the_best_trial_anywhere(study, searched):
    best = snapshot(*searched).best.number
    assert study.snapshot.best.number == best
    assert summarise(study.snapshot)["best"]["trial"] == best
    assert f"best trial {best}:" in line(study.snapshot)
    assert study.verdict.sentence.startswith(f"Trial {best}, the best of 19")


def test_the_note_of_one_names_its_recipe_and_compares_it_with_no_other_split(study):
    body = trial_note(study.snapshot, study.snapshot.trials[20])
    assert body.startswith(
        "Trial 20, a race run of trial 3: split seed 1020, seed 2020. It reached"
    )
    assert "baseline" not in body


def test_the_note_of_a_recipe_has_the_mean_of_its_runs(means):
    complete, stopped = (trial_note(means.snapshot, means.snapshot.listed[n]) for n in (1, 3))
    assert "Its first run reached 90.00\u00a0%" in complete
    assert "The mean of 2 of 2\u00a0runs is 75.00\u00a0% (90.00\u00a0%, 60.00\u00a0%)." in complete
    assert stopped.endswith("It was stopped after 1 of 2 runs, mean so far 75.00 %: median.")


def test_a_running_one_has_no_accuracy_yet():
    assert "accuracy" not in trial_lines(race_run(1, 0, [0.5], state=State.RUNNING))

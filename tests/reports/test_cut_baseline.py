"""A baseline that the study file cuts is called so wherever it stands, and no verdict is made of
unequal epochs."""

import dataclasses
import io

import pytest
from made_attempts import history_of
from made_studies import make_study, with_snapshot, with_trial
from made_trials import make_definition
from rich.console import Console

from reports.dashboard import accuracy_by_time
from reports.dashboard.study_note import study_note
from reports.dashboard.trial_note import trial_note
from reports.data.study_data import StudyData
from reports.figures.study import confusion, curves, history, per_class, recipes, result, training
from reports.pages.study import study_page
from search.results.histories import Histories
from search.results.terminal import best_trials, line, screen
from search.results.verdict import read_verdict

LABEL = "baseline (cut to 3 epochs)"


def made(cut: bool) -> StudyData:
    """A study of 10 epochs whose baseline, if it is cut, trains 3."""
    definition = make_definition()
    if not cut:
        return with_histories(make_study(12, definition=definition))
    baseline = definition.baseline.with_values({"epochs": 3})
    definition = dataclasses.replace(definition, baseline=baseline, baseline_cut=True)
    study = make_study(12, definition=definition)
    curve = {1: 0.5, 2: 0.6, 3: study.snapshot.baseline.accuracy}
    recipe = baseline.model_dump(mode="json")
    return with_histories(with_trial(study, 0, accuracies=curve, value=curve[3], recipe=recipe))


def with_histories(data: StudyData) -> StudyData:
    known = {trial.number: history_of(trial) for trial in data.snapshot.trials}
    return dataclasses.replace(data, histories=Histories(known))


def plain(text: str) -> str:
    return " ".join(text.split())


def on_terminal(renderable) -> str:
    console = Console(width=200, file=io.StringIO(), record=True)
    console.print(renderable)
    return plain(console.export_text())


def names(figure) -> set[str]:
    return {trace["name"] for plot in figure.plots for trace in plot.traces if "name" in trace}


PLACES = {
    "result": lambda data: names(result.build(data)),
    "result.csv": lambda data: {row[0] for row in result.build(data).data.rows},
    "history": lambda data: names(history.build(data)),
    "curves": lambda data: names(curves.build(data)),
    "recipes": lambda data: set(recipes.build(data).tables[0].table.columns),
    "recipes.csv": lambda data: set(recipes.build(data).data.columns),
    "training": lambda data: names(training.build(data)),
    "confusion": lambda data: {plot.name for plot in confusion.build(data).plots},
    "confusion.csv": lambda data: {row[0] for row in confusion.build(data).data.rows},
    "recall": lambda data: names(per_class.build(data)),
    "recall.csv": lambda data: {row[0] for row in per_class.build(data).data.rows},
    "dashboard": lambda data: names(accuracy_by_time.build(data.snapshot)),
}
SENTENCES = {
    "curves": lambda data: curves.build(data).sentence,
    "training": lambda data: training.build(data).sentence,
    "tile": lambda data: "; ".join(fact.note for fact in study_page(data).facts),
    "verdict": lambda data: read_verdict(data.snapshot).sentence,
    "status": lambda data: on_terminal(screen(data.snapshot)),
    "table at the end": lambda data: on_terminal(best_trials(data.snapshot)),
    "log": lambda data: line(data.snapshot),
    "trial's note": lambda data: trial_note(data.snapshot, data.snapshot.best),
}


@pytest.mark.parametrize("place", PLACES)
def test_every_figure_and_table_calls_it_by_its_name(place):
    drawn = {plain(name) for name in PLACES[place](made(cut=True))}
    assert LABEL in drawn
    assert "baseline" not in drawn
    drawn = {plain(name) for name in PLACES[place](made(cut=False))}
    assert "baseline" in drawn


@pytest.mark.parametrize("place", SENTENCES)
def test_every_sentence_calls_it_by_its_name(place):
    assert LABEL in plain(SENTENCES[place](made(cut=True)))
    said = plain(SENTENCES[place](made(cut=False)))
    assert "baseline" in said
    assert "cut to" not in said


def test_the_note_says_what_the_baseline_is():
    note = plain(study_note(made(cut=True)))
    assert "trial 0, the published recipe, cut to 3 epochs:" in note


def test_unequal_epochs_are_the_headline_and_neither_green_nor_red():
    data = made(cut=True)
    page = study_page(data)
    assert page.good is None
    assert plain(page.answer).endswith("with 10 epochs against the baseline's 3")
    assert "not comparable" in page.verdict[0]
    (tile,) = (fact for fact in page.facts if fact.name == "Over the baseline")
    assert tile.value == "–"
    assert "10 epochs against 3" in plain(tile.note)
    assert result.build(data).sentence.startswith("Not comparable")


def test_no_table_gives_a_gain_of_unequal_epochs():
    rows = {row[0]: row[1:] for row in recipes.build(made(cut=True)).tables[0].table.rows}
    assert set(rows["over the baseline"][:-1]) == {"–, other epochs"}
    assert "other epochs" in on_terminal(best_trials(made(cut=True).snapshot))
    rows = {row[0]: row[1:] for row in recipes.build(made(cut=False)).tables[0].table.rows}
    assert all("points" in cell for cell in rows["over the baseline"][:-1])


def test_equal_epochs_of_a_cut_baseline_are_compared():
    """Where the trials are as short as the baseline, nothing is unequal."""
    data = made(cut=True)
    for trial in data.snapshot.complete:
        curve = dict(list(trial.accuracies.items())[:3]) | {3: trial.value}
        data = with_trial(data, trial.number, accuracies=curve)
    assert "No verdict" not in study_page(with_snapshot(data)).answer

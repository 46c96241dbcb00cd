"""The rounds of a study on its page, in its note and at the top of the dashboard's page."""

import pytest
from made_races import FOLDS, raced
from made_snapshots import definition, record, snapshot
from made_studies import make_study

from reports.dashboard.own_pages import verdict
from reports.dashboard.study_note import study_note
from reports.dashboard.trial_note import trial_note
from reports.data.conditions import differing
from reports.data.race_rows import race_rows
from reports.data.study_data import StudyData
from reports.figures.study import curves, history, race, recipes, screen_and_race, slices
from reports.pages.compare import compare_page
from reports.pages.study import study_page
from reports.rendering.html import render


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.fixture
def ended():
    return raced()


@pytest.fixture
def racing():
    return raced({group: folds[:2] for group, folds in FOLDS.items()}, None)


@pytest.fixture
def screening():
    return raced({0: FOLDS[0][:1]}, None)


def shown(figure):
    (table,) = (each.table for each in figure.tables)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_each_recipe_has_its_folds_its_mean_and_where_it_was_dropped(ended):
    figure = race.build(ended)
    (plot,) = figure.plots
    assert [each["text"] for each in plot.layout["annotations"]] == [
        "trial 2, winner and leader",
        "trial 5, equal to the leader",
        "trial 3, dropped after fold 3",
        "trial 6, dropped after fold 3",
        "baseline",
    ]
    lines = {trace.get("name"): trace for trace in plot.traces}
    assert lines["mean of the baseline"]["x"] == [78.22, 78.22]
    assert lines["dropped"]["x"] == [80.233, 79.433]
    assert lines["reported by the screen"]["x"] == [82.3, 83.0, 81.5, 81.1]
    dots = [trace for trace in plot.traces if trace["mode"] == "markers" and "name" not in trace]
    assert sum(len(trace["x"]) for trace in dots) == 5 + 5 + 3 + 3 + 5
    assert "In the race, trial 5 is equal to trial 2" in figure.sentence


def test_the_table_has_the_screens_ranking_beside_the_races(ended):
    rows = shown(race.build(ended))
    assert [(row["rank"], row["rank in the screen"]) for row in rows] == [
        ("1", "2"), ("2", "1"), ("3", "3"), ("4", "4"), ("–", "–"),
    ]  # fmt: skip
    assert plain(rows[0]["mean ± SD"]) == "81.08 ± 0.64 % (5 folds)"
    assert plain(rows[0]["screen − mean"]) == "+1.22 points"
    assert plain(rows[2]["to the leader"]).startswith("−1.20 points (−")


def test_how_much_the_screen_flattered_is_said(ended):
    sentence = plain(screen_and_race.build(ended).sentence)
    assert sentence.startswith("The screen's accuracies are 1.")
    assert "its best one, trial 5, is number 2 in the race" in sentence
    assert "Spearman" not in sentence, "of four recipes"


def test_a_race_that_goes_on_has_no_winner(racing):
    figure = race.build(racing)
    assert plain(figure.sentence).startswith("Race: fold 3 of 5, 4 of 4 recipes left")
    assert not any("winner" in row.name for row in race_rows(racing.snapshot.race))
    assert recipes.build(racing).sentence == "The race has not ended."
    assert study_page(racing).answer == "No verdict yet: the race has not finished"


def test_before_the_race_the_page_is_of_the_screen(screening):
    figure = race.build(screening)
    assert plain(figure.sentence) == "Screen: 8 of 8 trials of 4 epochs ended."
    assert not figure.plots
    assert screen_and_race.build(screening) is None
    assert render(study_page(screening))


def test_a_study_without_rounds_has_no_race():
    study = make_study(4)
    assert race.build(study) is None
    assert "race" not in {section.id for section in study_page(study).sections}
    assert "race" not in study_note(study)


def test_note_and_dashboard_have_the_standings(ended):
    note = plain(study_note(ended))
    assert "- Race: 5 of 5 folds finished, 2 of 4 recipes left, trial 2 leads" in note
    assert "| trial 2, winner and leader | 81.08 ± 0.64 % (5 folds) | – | 82.30 % |" in note
    assert "<td>trial 3, dropped after fold 3</td>" in verdict(1, ended)


def test_figures_of_the_search_are_of_the_screen_and_say_so(ended):
    figure = history.build(ended)
    assert "The best, trial 5, reached 83.00\u00a0%" in figure.sentence
    assert len(figure.data.rows) == 1 + 8
    for each in (figure, slices.build(ended)):
        assert each.caption.endswith("those of the screen, of 4\u00a0epochs each.")
    best = [trace["name"] for trace in curves.build(ended).plots[0].traces][-1]
    assert best == "winner: trial 2, first run"


def test_the_key_figure_is_the_mean_over_the_folds(ended):
    best = next(fact for fact in study_page(ended).facts if fact.name == "Best trial")
    assert plain(f"{best.value}, {best.note}") == "81.08 %, mean of 5 folds"


def test_recipes_are_those_of_the_race_and_gains_are_over_the_same_folds(ended):
    (table, *_) = recipes.build(ended).tables
    by_name = {row[0]: row[1:] for row in table.table.rows}
    assert plain(by_name["over the baseline"][0]) == "+2.86 points"
    assert by_name["over the baseline"][2] == "–, other folds"


def test_a_screened_trial_is_not_compared_with_the_baseline_in_the_middle_of_its_schedule(ended):
    assert "baseline" not in trial_note(ended.snapshot, ended.snapshot.trials[1])


def test_studies_with_other_rounds_or_means_are_not_comparable(ended):
    trials = record(0, 0.7), record(1, 0.8)
    single = StudyData(snapshot(*trials))
    means = StudyData(snapshot(*trials, definition=definition(objective={"folds": 2})))
    assert "rounds" in differing(ended, single)
    assert "objective" in differing(means, single)
    assert not {"rounds", "objective"} & set(differing(single, single))
    page = compare_page([ended, single], [])
    assert "rounds (made: screen of 4\u00a0epochs, race of 5\u00a0folds, 1\u00a0seed" in " ".join(
        page.verdict
    )
    assert render(page)

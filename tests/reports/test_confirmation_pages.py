"""The confirmation on the report, in the note and at the top of the dashboard's page."""

import made_confirmations as made
import pytest
from made_races import raced
from made_studies import make_study, with_snapshot

from reports.dashboard.own_pages import verdict
from reports.dashboard.study_note import study_note
from reports.figures.study import confirmation, confirmed_folds
from reports.pages.study import study_page
from reports.rendering.html import render
from search.confirmation.record import BASELINE
from search.results import published
from search.results.race_words import BIAS as RACE_BIAS
from search.results.verdict import BIAS

DATA = {"source": "fer2013.csv", "source_hash": "ab" * 32, "counts": published.COUNTS}


def study(**changes):
    """A study of FER2013's faces with a confirmation; without changes, one that is complete."""
    confirmed = made.confirmation(**changes)
    return with_snapshot(make_study(6), data=DATA, confirmation=confirmed)


def plain(text):
    return text.replace("\u00a0", " ")


def names(figure):
    (plot,) = figure.plots
    return [each["text"] for each in plot.layout["annotations"]]


@pytest.fixture
def opened():
    return study(openings=(made.opening(),), **made.graded(0.8416))


def test_the_answer_is_the_first_line_of_page_note_and_dashboard(opened):
    line = opened.answer.line
    assert line.startswith("Yes: 0.8355 ± 0.0024 (n = 5 seeds) beats 0.82244 on the 3,965 test")
    page = study_page(opened)
    assert (page.answer, page.good) == (line, True)
    assert page.details == opened.answer.sentences
    assert study_note(opened).startswith(f"**{line}**\n")
    assert verdict(1, opened).startswith(f'<p class="fer-answer fer-good">{line}</p>')


def test_a_confirmed_study_is_not_told_to_train_other_seeds(opened):
    unconfirmed = with_snapshot(opened, confirmation=None)
    assert BIAS in study_page(unconfirmed).verdict
    assert BIAS not in study_page(opened).verdict


def test_a_confirmed_race_is_not_told_to_confirm_its_winner():
    race = raced()
    confirmed = with_snapshot(race, confirmation=made.confirmation())
    assert RACE_BIAS in study_page(race).verdict
    assert RACE_BIAS not in study_page(confirmed).verdict


def test_an_unconfirmed_study_looks_as_before_with_a_line_and_the_command():
    before = make_study(6)
    page = study_page(before)
    assert (page.answer, page.good) == (before.verdict.answer, before.verdict.good)
    *verdict_sentences, last = page.verdict
    assert tuple(verdict_sentences) == before.verdict.sentences
    assert last == f"{before.answer.line}."
    assert "`fer search confirm made --data faces.zip" in last
    assert "<code>fer search confirm made --data faces.zip" in render(page)
    assert not {"confirmation", "confirmed-folds"} & {figure.id for figure in page.figures}
    assert page.sections[0].id == "results"
    assert page.facts[0].name == "Best trial"


def test_the_picture_has_the_target_the_parts_of_the_test_images_the_grade_and_the_folds(opened):
    figure = confirmation.build(opened)
    assert names(figure) == [
        "all test images, n = 3,965",
        "PublicTest, n = 1,980",
        "PrivateTest, n = 1,985",
        "test images not in train, n = 3,803",
        "graded from outside: seed 1, n = 3,965",
        "held-out faces, 3 fresh folds",
    ]
    target, *_ = figure.plots[0].traces
    assert (plain(target["name"]), target["x"]) == ("target 82.244 % (test)", [82.244, 82.244])
    seeds = figure.plots[0].traces[1]
    assert len(seeds["x"]) == 4 * 5
    (reported,) = (t for t in figure.plots[0].traces if t.get("name") == "reported by the search")
    assert reported["x"] == [85.0]
    assert plain(figure.sentence) == (
        "The search had reported 85.00 % for trial 5, 0.97 points above its mean of 84.03 % over "
        "3 fresh folds."
    )
    rows = figure.tables[0].table.rows
    assert [row[0] for row in rows][-1] == "test images in train, too"
    assert plain(rows[0][2]) == "83.55 ± 0.24 % (5 seeds)"


def test_grades_alone_stand_for_the_test_images_and_are_called_so():
    figure = confirmation.build(study(**made.graded(0.8416, 0.8382)))
    assert names(figure)[0] == "all test images, n = 3,965, graded from outside"
    assert [row[1] for row in figure.tables[-1].table.rows] == ["seed 1", "seed 2"]
    assert len(names(figure)) == 2, "no grade is drawn twice"


def test_before_the_folds_are_complete_it_says_what_is_missing_and_draws_the_candidates():
    folds = {"trial-5": (0.84, 0.83), "trial-3": (0.83,), BASELINE: (0.79,)}
    unfinished = study(folds=folds, choice=None, finals=())
    assert confirmation.build(unfinished).sentence == f"{unfinished.answer.line}."
    figure = confirmed_folds.build(unfinished)
    assert names(figure) == ["trial 5", "trial 3", "baseline"]
    assert plain(figure.sentence) == (
        "Not finished: all candidates have run on 1 fold; none is chosen yet."
    )


def test_candidates_are_compared_with_the_baseline_on_the_folds_that_both_have(opened):
    rows = [dict(zip(t.columns, row, strict=True)) for t in _tables(opened) for row in t.rows]
    assert [row["recipe"] for row in rows] == ["trial 5, chosen", "trial 3", "baseline"]
    assert plain(rows[0]["over the baseline"]).startswith("+4.63 points (+")
    assert rows[2]["over the baseline"] == "–"
    assert plain(rows[1]["search − mean"]) == "+1.77 points"


def _tables(data):
    return [shown.table for shown in confirmed_folds.build(data).tables]


def test_a_candidate_that_failed_is_named():
    folds = {"trial-5": (0.84, 0.83), "trial-3": (None,), BASELINE: (0.79, 0.80)}
    (table,) = _tables(study(folds=folds))
    assert [row[0] for row in table.rows] == ["trial 5, chosen", "trial 3, failed", "baseline"]


def test_note_and_dashboard_have_the_candidates_as_a_table(opened):
    note = plain(study_note(opened))
    assert "| recipe | mean ± SD | over the baseline | search |" in note
    assert "| trial 5, chosen | 84.03 ± 0.40 % (3 folds) | +4.63 points" in note
    top = verdict(1, opened)
    assert "<summary>Confirmation on fresh folds</summary>" in top
    assert "<td>trial 5, chosen</td>" in top
    assert "<table" not in verdict(1, with_snapshot(opened, confirmation=None))


def test_the_key_figure_is_the_mean_over_seeds_or_else_over_folds(opened):
    first = study_page(opened).facts[0]
    assert plain(f"{first.name} {first.value} {first.note}") == (
        "Confirmed 83.55 ± 0.24 % 3,965 test images, 5 seeds"
    )
    first = study_page(study()).facts[0]
    assert plain(first.note) == "on 3 fresh folds, +4.63 points over the baseline"


def test_names_cannot_leave_their_place():
    evil = "</p><script>`x`"
    html = render(study_page(make_study(3, name=evil)))
    assert evil not in html

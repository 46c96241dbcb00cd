"""Studies side by side: what weakens the comparison is said first, and then no winner is named."""

import dataclasses
import itertools
import re

import pytest
from made_studies import METRICS, make_study, with_snapshot, with_trial
from made_trials import SPACE, make_definition

from reports.data.comparison import Comparison, unique_names
from reports.data.study_data import StudyData
from reports.pages.compare import compare_page
from reports.rendering.figure import Page
from reports.rendering.html import render
from search.results import published
from search.results.evidence import RunEvidence
from search.results.trials import State

CLAIMS = re.compile(r"\b(better|leads|winner|wins|highest|beats|ahead)\b")
"""Words that name a winner."""


def studies() -> tuple[StudyData, StudyData]:
    return make_study(30, "one"), make_study(30, "other", seed=4, lift=-0.05)


def figure(page: Page, identity: str):
    return next(figure for figure in page.figures if figure.id == identity)


def claims(page: Page) -> list[str]:
    """What the page says, outside of captions, that names a winner."""
    texts = [page.answer, *page.verdict, *(f"{fact.value} {fact.note}" for fact in page.facts)]
    for drawn in page.figures:
        texts += [drawn.title, drawn.sentence]
        for plot in drawn.plots:
            texts += [trace["name"] for trace in plot.traces]
        for shown in drawn.tables:
            texts += [str(cell) for row in shown.table.rows for cell in row]
    return [text for text in texts if CLAIMS.search(text)]


def with_definition(study: StudyData, **changes) -> StudyData:
    definition = dataclasses.replace(study.snapshot.definition, **changes)
    return with_snapshot(study, definition=definition)


def with_recipe(study: StudyData, **changes) -> StudyData:
    return with_definition(
        study, recipe=study.snapshot.definition.recipe.model_copy(update=changes)
    )


def on_machine(study: StudyData, **changes) -> StudyData:
    metrics = {**METRICS, "machine": {**METRICS["machine"], **changes}}
    run = dataclasses.replace(study.best_run, metrics=metrics)
    return dataclasses.replace(study, best_run=run)


def interrupted(study: StudyData) -> StudyData:
    trials = study.snapshot.trials[:3]
    trials = (*trials[:2], dataclasses.replace(trials[2], state=State.STOPPED, value=None))
    return with_snapshot(study, trials=trials, ending=None)


def cut(study: StudyData) -> StudyData:
    baseline = study.snapshot.definition.baseline.model_copy(update={"epochs": 3})
    return with_definition(study, baseline=baseline, baseline_cut=True)


def other_space(study: StudyData) -> StudyData:
    return with_definition(study, space=make_definition("x", {"dropout": SPACE["dropout"]}).space)


def on_other_held_out_faces(study: StudyData) -> StudyData:
    scores = study.best_run.scores
    run = RunEvidence(METRICS, dataclasses.replace(scores, index=scores.index + 1))
    return dataclasses.replace(study, best_run=run)


UNEQUAL = {
    "search space": other_space,
    "network": lambda study: with_recipe(study, widths=(16, 32)),
    "epochs per trial": lambda study: with_recipe(study, epochs=3),
    "number of searched trials": lambda _: make_study(24, "other", seed=4, lift=-0.05),
    "precision": lambda study: on_machine(study, precision="bf16"),
    "machine": lambda study: on_machine(study, processor="Another Processor"),
    "baseline": cut,
    "classes": lambda study: with_recipe(study, classes=("happy", "angry", "neutral")),
    "validation split": lambda study: with_recipe(study, split_seed=5),
    "held-out faces": on_other_held_out_faces,
    "faces": lambda study: with_snapshot(
        study, data={**study.snapshot.data, "source_hash": "cd" * 32}
    ),
}


@pytest.mark.parametrize("condition", UNEQUAL)
def test_unequal_studies_are_told_apart_first_and_no_winner_is_named(condition):
    one, other = studies()
    page = compare_page([one, UNEQUAL[condition](other)], [])
    assert page.answer == f"Not comparable: different {condition}"
    assert page.verdict[0].startswith(f"The studies differ in {condition}")
    assert claims(page) == []
    for identity in ("results", "progress-by-trial", "progress-by-time", "edf"):
        assert figure(page, identity).sentence.startswith(f"{page.answer}. ")
    assert figure(page, "statistics").sentence == (
        f"one and other are not comparable: different {condition}."
    )
    assert figure(page, "statistics").tables[0].table.rows[0][5:] == ("–",) * 4
    assert condition in figure(page, "setup").sentence


@pytest.mark.parametrize("condition", ["faces", "classes", "validation split", "held-out faces"])
def test_accuracies_on_different_faces_have_no_difference(condition):
    one, other = studies()
    page = compare_page([one, UNEQUAL[condition](other)], [])
    assert figure(page, "statistics").tables[0].table.rows[0][2:5] == ("–", "–", "–")


def test_an_interrupted_study_is_unfinished_before_anything_else():
    one, other = studies()
    page = compare_page([one, interrupted(other)], [])
    assert page.answer.startswith("Not comparable: other is unfinished; different")
    assert page.verdict[0] == (
        "other is unfinished: 3 of 31 trials have started, the baseline included, and 1 of them "
        "has not ended."
    )
    assert claims(page) == []
    assert page.facts[1].note.startswith("unfinished; ")
    assert figure(page, "results").tables[0].table.rows[2][1] == (
        "best of 2\u00a0searched trials so far"
    )
    assert figure(page, "setup").tables[0].table.rows[:2] == (
        ("state", "finished", "unfinished"),
        ("ended as", "the budget of 31 trials is spent", "–"),
    )


def test_of_comparable_studies_the_better_one_is_named_with_its_tests():
    page = compare_page(studies(), [])
    assert page.answer == "one is significantly better"
    result = page.verdict[0]
    assert result.startswith("one is significantly better than other: p")
    assert "95\u00a0% interval" in result
    assert "n = 600; McNemar's exact test on the same faces, p" in result
    assert "Mann-Whitney test, p" in result
    drawn = {figure.id for figure in page.figures if figure.plots}
    assert drawn == {"results", "progress-by-trial", "progress-by-time", "edf"}
    assert render(page) == render(compare_page(studies(), []))


def test_the_order_of_the_command_does_not_change_the_winner():
    one, other = studies()
    page = compare_page([other, one], [])
    assert page.answer == "one is significantly better"
    assert page.verdict[0].startswith("one is significantly better than other: p")


def test_without_a_significant_difference_no_winner_is_named():
    one = make_study(30, "one")
    page = compare_page([one, make_study(30, "other", seed=4, lift=-0.001)], [])
    pair = Comparison({"one": one, "other": make_study(30, "other", seed=4, lift=-0.001)}).pairs[0]
    assert pair.p == max(pair.best_p, pair.all_p) > 0.05
    assert page.answer == f"No significant difference: p\u00a0=\u00a0{pair.p:.2g}"
    assert page.verdict[0].startswith("No significant difference between one and other: p")


def test_a_significant_best_trial_alone_is_no_better_study():
    one, other = make_study(2, "one"), make_study(2, "other", seed=4, lift=-0.1)
    pair = Comparison({"one": one, "other": other}).pairs[0]
    assert pair.best_p < 0.05 < pair.all_p
    assert pair.gain.settled
    assert pair.winner is None
    assert compare_page([one, other], []).answer.startswith("No significant difference: p")


def test_tests_that_point_in_different_directions_name_no_winner():
    one, other = studies()
    best = other.snapshot.complete[0]
    best = with_trial(other, best.number, value=0.95)
    best = dataclasses.replace(best, best_run=RunEvidence(METRICS))
    one = dataclasses.replace(one, best_run=RunEvidence(METRICS))
    pair = Comparison({"one": one, "other": best}).pairs[0]
    assert pair.gain.value < 0 < pair.superiority - 0.5
    assert pair.p < 0.05
    assert compare_page([one, best], []).answer == "No winner: the tests disagree"


def test_a_study_compared_with_itself_is_not_comparable():
    one, _ = studies()
    page = compare_page([one, one], [])
    assert page.answer == "Not comparable: one and one (2) have trials in common"
    assert claims(page) == []


def test_three_studies_are_tested_pair_by_pair_with_holms_correction():
    three = [make_study(30, name, seed=i, lift=-0.02 * i) for i, name in enumerate("abc")]
    comparison = Comparison(unique_names(three))
    assert [(p.first, p.second) for p in comparison.pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    raw = sorted(max(p.best_p, p.all_p) for p in comparison.pairs)
    assert min(p.p for p in comparison.pairs) == pytest.approx(min(1, 3 * raw[0]))
    page = compare_page(three, [])
    assert any("3 comparisons are adjusted together by Holm's method" in s for s in page.verdict)
    assert not any("Holm" in s for s in compare_page(three[:2], []).verdict)


def test_of_three_studies_only_the_comparable_pair_has_a_result():
    one, other = studies()
    page = compare_page([one, other, make_study(24, "third", seed=9)], [])
    assert page.answer == "Not all are comparable: different number of searched trials"
    assert "number of searched trials (one and other: 30, third: 24)" in page.verdict[0]
    assert [s for s in page.verdict if "significantly better" in s] == [
        s for s in page.verdict if s.startswith("one is significantly better than other")
    ]
    assert [row[1] for row in figure(page, "statistics").tables[0].table.rows] == [
        "yes", "no", "no",
    ]  # fmt: skip


def test_of_many_studies_the_table_says_why_which_are_not_comparable():
    four = [make_study(30, name, seed=i) for i, name in enumerate("abc")]
    page = compare_page([*four, make_study(24, "d", seed=9)], [])
    tests = figure(page, "statistics")
    assert tests.sentence == (
        "3 of 6 pairs of studies are comparable; 0 of them differ significantly."
    )
    assert tests.tables[1].table.rows == tuple(
        (f"{name} − d", "different number of searched trials") for name in "abc"
    )


def test_a_curve_of_one_trial_is_a_marker():
    page = compare_page([make_study(1, "one", states=("COMPLETE",)), studies()[1]], [])
    curve = figure(page, "progress-by-trial").plots[0].traces[0]
    assert curve["x"] == [1.0, 1.0]
    assert "markers" in curve["mode"]


def test_an_unknown_number_of_held_out_faces_leaves_the_significance_open():
    one, other = (
        dataclasses.replace(
            with_snapshot(study, data={**study.snapshot.data, "held_out": 0}),
            best_run=RunEvidence(METRICS), baseline_run=RunEvidence(METRICS),
        )
        for study in studies()
    )  # fmt: skip
    page = compare_page([one, other], [])
    assert page.answer == "Significance unknown"
    assert "number of held-out faces is not recorded" in page.verdict[0]


def test_missing_run_folders_are_named_as_machine_and_precision_are_then_unknown():
    one, other = studies()
    lost = dataclasses.replace(other, best_run=RunEvidence(), baseline_run=RunEvidence())
    page = compare_page([one, lost], [])
    assert page.verdict[0].startswith("The run folders of other are not here")
    assert "z-test of two shares" in page.verdict[1]


def test_the_selection_of_the_best_is_said_with_the_number_of_trials():
    one, other = studies()
    last = compare_page([one, other], []).verdict[-1]
    assert (
        "10\u00a0complete searched trials in one, 10\u00a0complete searched trials in other" in last
    )
    assert "biases it upwards: train" in last
    unequal = compare_page([one, make_study(6, "few")], []).verdict[-1]
    assert "the more the more trials there are" in unequal


def test_a_cut_baseline_is_called_so_wherever_it_stands():
    one, other = (cut(study) for study in studies())
    page = compare_page([one, other], [])
    assert page.answer == "one is significantly better"
    assert page.verdict[0] == (
        "The baseline of one is cut to 3\u00a0epochs; the epochs of its trials: 10."
    )
    rows = figure(page, "results").tables[0].table.rows
    assert [row[1] for row in rows] == [
        "best of 30\u00a0searched trials", "baseline (cut to 3\u00a0epochs)",
    ] * 2  # fmt: skip
    names = [trace["name"] for trace in figure(page, "results").plots[0].traces]
    assert names[1] == "one: baseline (cut to 3\u00a0epochs)"


def on_fer2013(study: StudyData) -> StudyData:
    return with_snapshot(study, data={**study.snapshot.data, "counts": published.COUNTS})


def test_the_published_accuracy_is_a_row_and_a_line_where_the_faces_are_fer2013s():
    page = compare_page([on_fer2013(study) for study in studies()], [])
    results = figure(page, "results")
    row = results.tables[0].table.rows[-1]
    assert row[:2] == ("published", "on the test images")
    assert row[4:] == ("82.24\u00a0%", "81.0 to 83.4\u00a0%", 3965)
    notes = [note["text"] for note in results.plots[0].layout["annotations"]]
    assert notes[-1] == "published 82.2\u00a0% (test)"
    for identity in ("progress-by-trial", "progress-by-time"):
        line = figure(page, identity).plots[0].traces[-1]
        assert line["name"] == "published (test)"
        assert set(line["y"]) == {82.244}


def test_the_published_accuracy_is_not_drawn_over_other_faces():
    one, other = studies()
    neither = compare_page([one, other], [])
    assert "published" not in str(figure(neither, "results").tables)
    mixed = compare_page([on_fer2013(one), other], [])
    assert figure(mixed, "results").tables[0].table.rows[-1][1] == (
        "on the test images, for one only"
    )
    for page, identity in itertools.product((neither, mixed), ("results", "progress-by-trial")):
        plot = figure(page, identity).plots[0]
        assert "published" not in str((plot.traces, plot.layout))


def test_machines_and_commands_stand_on_the_page_without_folders():
    one, other = studies()
    session = dataclasses.replace(
        other.snapshot.sessions[0],
        command="fer search run /home/me/other.toml --data /data/private/faces.zip --seed 4",
    )
    page = compare_page([one, with_snapshot(other, sessions=(session,))], [])
    facts = {row[0]: row[1:] for row in figure(page, "setup").tables[0].table.rows}
    assert facts["processor"] == ("A Processor", "A Processor")
    assert facts["precision"] == ("fp32", "fp32")
    assert facts["torch version"] == ("2.15.0", "2.15.0")
    code = figure(page, "commands").code
    assert "# other\nfer search run other.toml --data faces.zip --seed 4" in code
    html = render(page)
    assert "/home/me" not in html
    assert "/data/private" not in html


def test_search_spaces_stand_side_by_side_and_differences_are_bold():
    one, other = studies()
    spaces = figure(compare_page([one, other_space(other)], []), "setup").tables[1]
    rows = {row[0]: row[1:] for row in spaces.table.rows}
    assert rows["learning_rate"] == ("0.0005 to 0.01 (log)", "–")
    assert rows["dropout"] == ("0 to 0.5", "0 to 0.5")
    bold = {spaces.table.rows[row][0] for row, _ in spaces.strong}
    assert bold == set(SPACE) - {"dropout"}


def test_times_of_unequal_workers_are_not_compared():
    one, other = studies()
    session = dataclasses.replace(other.snapshot.sessions[0], workers=4)
    page = compare_page([one, with_snapshot(other, sessions=(session,))], [])
    assert figure(page, "progress-by-time").sentence.startswith(
        "The times are not comparable, as unequal numbers of workers ran at once (one: 2, other: 4)"
    )
    assert "times are not" not in figure(page, "progress-by-trial").sentence


def test_two_studies_of_one_name_are_told_apart():
    one, _ = studies()
    assert list(unique_names([one, one, one])) == ["one", "one (2)", "one (3)"]


def test_a_trial_of_the_better_study_mostly_beats_one_of_the_other():
    one, other = studies()
    pair = Comparison({"one": one, "other": other}).pairs[0]
    ours = [t.accuracy for t in one.snapshot.complete]
    theirs = [t.accuracy for t in other.snapshot.complete]
    wins = sum(a > b for a in ours for b in theirs) / (len(ours) * len(theirs))
    assert pair.superiority == pytest.approx(wins)
    assert pair.all_p < 0.05


@pytest.mark.parametrize("states", [("FAILED",), ("PRUNED",)])
def test_studies_without_a_complete_trial_give_a_complete_page(states):
    page = compare_page([make_study(3, states=states), make_study(0, baseline=None)], [])
    assert page.answer == "Nothing to compare yet"
    assert page.verdict[1] == "made (2) is unfinished: no trial has started."
    assert render(page)


def test_a_study_that_failures_ended_is_unfinished():
    one, other = studies()
    failed = dataclasses.replace(other.snapshot.ending, failed=True, reason="3 trials failed")
    page = compare_page([one, with_snapshot(other, ending=failed)], [])
    assert page.answer == "Not comparable: other is unfinished"
    assert page.verdict[0] == "other is unfinished: it ended early, as 3 trials failed."

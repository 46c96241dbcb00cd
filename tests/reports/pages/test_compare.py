"""Studies side by side."""

import pytest
from made_studies import make_study, with_snapshot

from reports.data.comparison import Comparison, not_comparable, unique_names
from reports.pages.compare import compare_page
from reports.rendering.html import render


def studies():
    return make_study(30, "one"), make_study(24, "other", seed=4, lift=-0.05)


def test_the_better_study_is_named_with_its_lead():
    page = compare_page(studies(), [])
    assert page.answer == "one is significantly better"
    assert "points above the 76.49\u00a0% of other" in page.verdict[1]
    drawn = {figure.id for figure in page.figures if figure.plots}
    assert drawn == {"progress-by-trial", "progress-by-time", "edf"}
    assert render(page) == render(compare_page(studies(), []))


def test_two_studies_of_one_name_are_told_apart():
    one, _ = studies()
    assert list(unique_names([one, one, one])) == ["one", "one (2)", "one (3)"]
    assert compare_page([one, one], []).answer == "The studies are equal"


def test_studies_of_other_faces_are_not_compared():
    one, other = studies()
    moved = with_snapshot(other, data={**other.snapshot.data, "source_hash": "cd" * 32})
    assert not_comparable(one, moved) == "they differ in their faces"
    page = compare_page([one, moved], [])
    assert page.answer == "Not all studies are comparable"
    assert "cannot be compared: they differ in their faces" in page.verdict[1]


def test_a_trial_of_the_better_study_mostly_beats_one_of_the_other():
    one, other = studies()
    pair = Comparison({"one": one, "other": other}).pair("one", "other")
    ours = [t.accuracy for t in one.snapshot.complete]
    theirs = [t.accuracy for t in other.snapshot.complete]
    wins = sum(a > b for a in ours for b in theirs) / (len(ours) * len(theirs))
    assert pair.superiority == pytest.approx(wins)
    assert pair.p < 0.05


@pytest.mark.parametrize("states", [("FAILED",), ("PRUNED",)])
def test_studies_without_a_complete_trial_give_a_complete_page(states):
    page = compare_page([make_study(3, states=states), make_study(0, baseline=None)], [])
    assert page.answer == "Nothing to compare yet"
    assert render(page)

"""Studies side by side."""

import dataclasses

import pytest
from made_studies import make_material

from benchmarks.recordings.recording import Measured, Recording
from reports.figures.compare.projected_cost import cost
from reports.pages.compare import compare_page, labelled, not_comparable, pair
from reports.rendering.html import render


def studies():
    return make_material(30, "one"), make_material(24, "other", seed=4, lift=-0.05)


def test_the_better_study_is_named_with_its_lead():
    page = compare_page(studies(), [])
    assert page.answer == "one is better"
    assert "one leads other by +" in page.verdict[1]
    drawn = {figure.id for figure in page.figures if figure.plots}
    assert drawn == {"over-trials", "over-seconds", "edf"}
    assert render(page) == render(compare_page(studies(), []))


def test_two_studies_of_one_name_are_told_apart():
    one, _ = studies()
    assert list(labelled([one, one, one])) == ["one", "one (2)", "one (3)"]
    assert compare_page([one, one], []).answer == "They are level"


def test_studies_of_other_faces_are_not_compared():
    one, other = studies()
    moved = dataclasses.replace(other, data={**other.data, "source_hash": "cd" * 32})
    assert not_comparable(one, moved) == "they differ in their faces"
    page = compare_page([one, moved], [])
    assert page.answer == "Not all of these can be compared"
    assert "cannot be compared: they differ in their faces" in page.verdict[1]


def test_a_trial_of_the_better_study_mostly_beats_one_of_the_other():
    one, other = studies()
    found = pair({"one": one, "other": other}, "one", "other")
    ours = [t.values[0] for t in one.complete]
    theirs = [t.values[0] for t in other.complete]
    wins = sum(a > b for a in ours for b in theirs) / (len(ours) * len(theirs))
    assert found.likely == pytest.approx(wins)
    assert found.p < 0.05


@pytest.mark.parametrize("states", [("FAIL",), ("PRUNED",)])
def test_studies_without_a_complete_trial_give_a_proper_page(states):
    page = compare_page([make_material(3, states=states), make_material(0, baseline=None)], [])
    assert page.answer == "Nothing to compare yet"
    assert render(page)


def test_a_study_costs_its_epochs_by_a_machines_speed():
    one, other = studies()
    slow = Measured("training", "training[batch=64]", {"batch": 64}, 64, "images", (1.0, 1.0))
    fast = Measured("training", "training[batch=128]", {"batch": 128}, 128, "images", (0.5, 0.5))
    recording = Recording({"id": "x", "name": "a machine"}, {}, "2026-05-04", (slow, fast))
    epochs = sum(len(trial.intermediate_values) for trial in one.trials)
    assert cost(one, fast) == pytest.approx(epochs * 6000 * 0.9 / 256)
    page = compare_page([one, other], [recording])
    price = next(figure for figure in page.figures if figure.id == "price")
    assert [row[:3] for row in price.data.rows] == [
        ("a machine", "batch 128", "one"),
        ("a machine", "batch 128", "other"),
    ]

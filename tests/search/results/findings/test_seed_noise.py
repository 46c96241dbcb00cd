"""A gain over the baseline that is smaller than the noise of single runs."""

import dataclasses

import numpy as np
import pytest
from made_confirmations import confirmation
from made_snapshots import definition, evidence, record, snapshot

from fer.recipe import Recipe
from search.results.findings import Material, noise, seed_noise
from search.results.findings.run_noise import Run, spread_of
from search.results.verdict import judge


def material(*trials, held_out=None, **changes):
    study = snapshot(*trials, **changes)
    return Material(study, judge(study, evidence(held_out)), ())


def told(*trials, **changes):
    return [f"{f.action}: {f.evidence}" for f in seed_noise.find(material(*trials, **changes))]


def again(number, group, accuracy, split=0):
    recipe = Recipe(epochs=10, split_seed=split, seed=number).model_dump(mode="json")
    return record(number, accuracy, role="repeat", group=group, params={}, recipe=recipe)


def repeats(spread):
    """Three more runs of trial 2, as far from each other as told."""
    return [again(n, 2, 0.75 + d * spread) for n, d in ((10, -1), (11, 1), (12, 0))]


def test_a_gain_within_the_noise_of_repeated_runs_is_told_with_their_sd():
    trials = [record(0, 0.80), record(1, 0.815), record(2, 0.75), *repeats(0.02)]
    (only,) = told(*trials)
    assert only.startswith(
        "Train the best recipe and the baseline with more seeds before you quote the gain "
        "(fer search confirm made): it is +1.50\u00a0points (81.50\u00a0% against 80.00\u00a0%, "
        "one run of each), and runs of one recipe with other seeds have an SD of 1.63\u00a0"
        "points (95\u00a0% interval 0.93 to 6.09, 4\u00a0runs of 1\u00a0recipe)"
    )
    assert only.endswith("are not told apart")


def test_a_gain_beyond_that_noise_is_not_told():
    trials = [record(0, 0.80), record(1, 0.815), record(2, 0.75), *repeats(0.001)]
    assert told(*trials) == []


def test_without_repeated_runs_the_standard_error_of_an_accuracy_stands_for_it():
    (only,) = told(record(0, 0.80), record(1, 0.815), held_out=600)
    assert "the standard error of one accuracy on n\u00a0=\u00a0600 held-out faces is 1.59" in only
    assert "no recipe was trained again" in only
    assert told(record(0, 0.60), record(1, 0.815), held_out=600) == []
    assert told(record(0, 0.80), record(1, 0.815)) == [], "n is not known"
    assert told(record(0, 0.82), record(1, 0.815), held_out=600) == [], "there is no gain"


@pytest.mark.parametrize(("runs", "expected"), [((0.80, 0.84), True), ((0.819, 0.821), False)])
def test_of_means_the_interval_over_the_pairs_decides(runs, expected):
    trials = [record(0, 0.80), again(10, 0, 0.80), record(1, runs[0]), again(11, 1, runs[1])]
    trials = [dataclasses.replace(t, pair=1) if t.group is not None else t for t in trials]
    found = told(*trials, definition=definition(objective={"seeds": 2}))
    assert bool(found) == expected
    if expected:
        assert "means over 2\u00a0pairs of runs), and its 95\u00a0% interval, " in found[0]
        assert "holds 0" in found[0]


def test_a_confirmed_study_is_past_the_noise_of_its_search():
    trials = record(0, 0.80), record(1, 0.815)
    assert told(*trials, held_out=600, confirmation=confirmation()) == []
    found = material(*trials, held_out=600, confirmation=confirmation())
    assert list(noise.find(found)) == []
    # Before its choice, its runs on the folds say how much runs of one recipe differ: little.
    begun = confirmation(choice=None, finals=())
    assert told(*trials, held_out=600, confirmation=begun) == []
    assert len(told(*trials, held_out=600)) == 1


def test_recipes_and_splits_that_differ_are_no_noise_of_the_seeds():
    draw, sd = np.random.default_rng(2), 0.006
    recipes, splits = np.linspace(0.7, 0.85, 12), np.linspace(-0.03, 0.03, 20)
    runs = [
        Run(str(r), s, float(level + shift + draw.normal(0, sd)))
        for r, level in enumerate(recipes)
        for s, shift in enumerate(splits)
    ]
    spread = spread_of(runs)
    assert spread.freedom == 11 * 19
    assert spread.sd == pytest.approx(sd, rel=0.1)
    assert spread.low < sd < spread.high


def test_one_run_of_each_recipe_has_no_spread():
    assert spread_of([Run("1", 0, 0.8), Run("2", 0, 0.7), Run("3", 1, 0.7)]) is None
    assert spread_of([]) is None
    assert spread_of([Run("1", 0, 0.8), Run("1", 0, 0.7)]) is None, "one degree of freedom"

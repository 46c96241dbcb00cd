"""What pruners decide between two runs of a trial, on made accuracies."""

import pytest

from search.config.pruners import PRUNERS

OTHERS = [[0.80, 0.80, 0.80], [0.82, 0.82, 0.82], [0.84, 0.84], [0.90]]


def stops(kind, runs, others=OTHERS, total=3, **settings):
    pruner = PRUNERS.parse({"kind": kind} | settings, "study.toml: pruner")
    return pruner.stops(runs, others, total)


@pytest.mark.parametrize("kind", ["none", "patient"])
def test_pruners_that_compare_no_trials_decide_nothing_between_runs(kind):
    assert not stops(kind, [0.1, 0.1])


def test_the_median_is_of_the_others_after_equally_many_runs():
    assert stops("median", [0.70, 0.9], startup=0)  # a mean of 0.80, of the others 0.82
    assert not stops("median", [0.70, 0.96], startup=0)  # the 0.90 of one run does not count
    assert not stops("median", [0.70, 0.9], startup=4)


def test_the_percentile_pruner_keeps_the_best_share():
    assert stops("percentile", [0.82, 0.82], startup=0, percentile=25)
    assert not stops("percentile", [0.82, 0.82], startup=0, percentile=50)


@pytest.mark.parametrize("kind", ["successive_halving", "hyperband"])
def test_halving_keeps_the_best_one_in_so_many_after_equally_many_runs(kind):
    assert stops(kind, [0.81, 0.81], reduction=2)
    assert not stops(kind, [0.83, 0.83], reduction=2)  # the second of four
    assert stops(kind, [0.83, 0.83], reduction=4)
    assert not stops(kind, [0.81, 0.81], reduction=2, bootstrap=5)


def test_the_first_trial_is_never_stopped():
    for kind in ("median", "percentile", "successive_halving"):
        assert not stops(kind, [0.5], [])

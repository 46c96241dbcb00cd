"""What pruners decide between two runs of a trial, on made accuracies."""

import pytest

from fer.errors import BadInput
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


BEST = [0.84, 0.83, 0.85, 0.84]
WORSE = [0.81, 0.82, 0.80, 0.83]


@pytest.mark.parametrize(("p", "first"), [(0.13, 3), (0.26, 2), (0.07, 4), (0.9, 2)])
def test_wilcoxon_stops_what_is_worse_in_every_pair_as_soon_as_p_allows_it(p, first):
    others = [[*BEST, 0.84], [0.1]]
    stopped = [k for k in range(1, 5) if stops("wilcoxon", WORSE[:k], others, 5, p=p)]
    assert stopped == list(range(first, 5))


def test_wilcoxon_compares_with_complete_trials_only():
    assert not stops("wilcoxon", WORSE, [BEST], total=5)


def test_wilcoxon_never_stops_a_trial_whose_mean_is_the_best():
    lucky = [[0.90, 0.83, 0.83, 0.5]]  # worse in its last pair
    assert not stops("wilcoxon", [0.89, 0.82, 0.82], lucky, total=4)


@pytest.mark.parametrize(
    ("settings", "runs", "problem"),
    [
        ({}, 1, "a trial needs at least 4, but objective.folds × objective.seeds is 1"),
        ({}, 3, "or p to more than 0.25"),
        ({"p": 0.26}, 2, "can stop a trial after 2 runs at the earliest"),
        ({"p": 0.01}, 7, "can stop a trial after 7 runs at the earliest"),
        ({"audit": 0.1}, 4, "pruner.audit = 0.1: must be 0 with wilcoxon"),
    ],
)
def test_wilcoxon_is_refused_where_it_could_never_act(settings, runs, problem):
    pruner = PRUNERS.parse({"kind": "wilcoxon"} | settings, "study.toml: pruner")
    with pytest.raises(BadInput) as error:
        pruner.check(20, runs, "study.toml")
    assert problem in str(error.value)


def test_wilcoxon_is_taken_where_it_can_act():
    for p, runs in ((0.13, 4), (0.26, 3), (0.01, 8)):
        PRUNERS.parse({"kind": "wilcoxon", "p": p}, "study.toml: pruner").check(20, runs, "s.toml")

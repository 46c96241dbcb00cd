"""The rules of a race, on made results."""

import pytest

from search.racing import Racer, dropped, entrants, paired_difference, signed_rank, standings


def steps(*results, start=0.8):
    """Results of folds: a start, and how much each is above it in thousandths."""
    return tuple(start + 0.001 * above for above in results)


@pytest.mark.parametrize(
    ("screened", "keep", "entering"),
    [
        (30, 0.1, 3),
        (30, 0.25, 8),
        (4, 0.25, 2),
        (2, 0.25, 2),
        (1, 0.25, 1),
        (0, 0.25, 0),
        (3, 1, 3),
    ],
)
def test_the_best_share_enters_rounded_up_and_at_least_two(screened, keep, entering):
    results = {number: 0.5 + 0.01 * number for number in range(1, screened + 1)}
    best = sorted(results, reverse=True)[:entering]
    assert entrants(results, keep) == tuple(best)


def test_of_equal_screened_trials_the_earlier_enters():
    assert entrants({5: 0.8, 3: 0.8, 4: 0.8, 9: 0.9}, 0.5) == (9, 3)


@pytest.mark.parametrize("folds", [1, 2, 3, 4, 5, 8])
def test_the_smallest_p_of_a_number_of_folds_is_a_power_of_two(folds):
    better, worse = steps(*range(1, folds + 1)), steps(*[0] * folds)
    assert signed_rank(better, worse) == pytest.approx(2**-folds)
    assert signed_rank(worse, better) == 1


def test_equal_results_are_no_evidence():
    assert signed_rank((0.8, 0.8), (0.8, 0.8)) == 1
    assert signed_rank((0.1 + 0.2, 0.8), (0.3, 0.8)) == 1, "they differ in the last bit only"


@pytest.mark.parametrize(("p", "first"), [(0.26, 2), (0.13, 3), (0.07, 4)])
def test_a_threshold_first_acts_at_the_fold_whose_smallest_p_is_below_it(p, first):
    results = {1: steps(9, 9, 9, 9, 9), 2: steps(1, 2, 3, 4, 5)}
    assert dropped(results, p) == {2: first}


def test_a_recipe_that_won_a_fold_stays():
    results = {1: steps(9, 9, 9), 2: steps(1, 10, 1), 3: steps(1, 2, 3)}
    assert dropped(results, 0.13) == {3: 3}


def test_no_recipe_is_dropped_before_all_have_finished_the_fold():
    assert dropped({1: steps(9, 9, 9), 2: steps(1, 2, 3), 3: steps(1, 1)}, 0.13) == {}


def test_decisions_of_earlier_folds_stay_when_results_follow():
    three = {1: steps(9, 9, 9), 2: steps(1, 2, 3), 3: steps(8, 10, 8)}
    assert dropped(three, 0.13) == {2: 3}
    # Recipe 3 takes the lead: recipe 2, which is out, is not compared again.
    four = three | {1: steps(9, 9, 9, 0), 3: steps(8, 10, 8, 9)}
    assert dropped(four, 0.13) == {2: 3}


def test_a_recipe_whose_run_failed_leaves_and_holds_up_no_fold():
    results = {1: steps(9, 9), 2: steps(1), 3: ()}
    assert dropped(results, 0.13) == {}
    assert dropped(results, 0.26, failed={2, 3}) == {2: 1, 3: 0}


def test_a_leader_that_fails_later_has_dropped_those_that_were_behind_it():
    results = {1: steps(9, 9, 9), 2: steps(1, 2, 3), 3: steps(8, 10, 8, 8)}
    assert dropped(results, 0.13, failed={1}) == {2: 3, 1: 3}


def test_a_paired_interval_is_students():
    # Of 1, 2, 3 points: mean 2, SD 1, t(0.975, 2) = 4.303, so 2 -/+ 4.303 / sqrt(3).
    difference = paired_difference((0.81, 0.82, 0.83), (0.80, 0.80, 0.80))
    assert difference.mean == pytest.approx(0.02)
    assert difference.low == pytest.approx(0.02 - 0.0248414, abs=1e-6)
    assert difference.high == pytest.approx(0.02 + 0.0248414, abs=1e-6)
    assert (difference.n, difference.p) == (3, 0.125)
    assert difference.holds_zero


def test_results_of_other_folds_are_not_compared():
    with pytest.raises(ValueError, match="on the same folds, got 2 and 1"):
        paired_difference((0.8, 0.8), (0.8,))


def test_standings_are_means_over_folds_and_never_a_single_run():
    table = standings([Racer(1, steps(0, 30, 0)), Racer(2, steps(20, 20, 21))], 0.05)
    assert [row.number for row in table.rows] == [2, 1]
    assert table.leader.mean == pytest.approx(0.8 + 0.061 / 3)
    assert table.leader.sd == pytest.approx(0.001 / 3**0.5)
    assert (table.leader.n, table.leader.behind) == (3, None)
    assert table.rows[1].behind.mean == pytest.approx(0.031 / 3)


def test_of_equal_recipes_the_smaller_then_the_cheaper_then_the_better_then_the_earlier_wins():
    noisy, lower = steps(10, 0, 10), steps(0, 10, 9)

    def winner(**other):
        first = Racer(1, noisy, parameters=9, operations=9)
        return standings([first, Racer(2, **{"folds": lower, **other})], 0.05).winner.number

    assert winner(parameters=8, operations=10) == 2
    assert winner(parameters=10, operations=1) == 1
    assert winner(parameters=9, operations=8) == 2
    assert winner(parameters=9, operations=9) == 1
    assert winner(parameters=9, operations=9, folds=noisy) == 1


def test_an_equal_recipe_that_is_more_than_one_standard_error_behind_does_not_win():
    # The mean difference is 8 points with a standard error of 4.2: the interval holds 0.
    table = standings([Racer(1, steps(100, 160, 180), 9), Racer(2, steps(100, 40, 60), 1)], 0.05)
    assert [row.number for row in table.equals] == [1, 2]
    assert table.rows[1].behind.mean > table.rows[1].behind.error
    assert table.winner.number == 1


def test_a_recipe_that_is_told_apart_does_not_win_however_small_it_is():
    table = standings([Racer(1, steps(20, 21, 20), 9), Racer(2, steps(0, 0, 1), 1)], 0.05)
    assert [row.number for row in table.equals] == [1]
    assert table.winner.number == 1


def test_one_fold_calls_no_recipes_equal():
    table = standings([Racer(1, steps(2), 9), Racer(2, steps(1), 1)], 0.13)
    assert table.winner.number == 1
    assert [row.equal for row in table.rows] == [True, False]


def test_standings_count_the_folds_that_all_remaining_recipes_have():
    racers = [Racer(1, steps(9, 8, 9, 0)), Racer(2, steps(8, 9, 9)), Racer(3, steps(1, 2, 3))]
    table = standings(racers, 0.13)
    assert [(row.number, row.n, row.dropped_after) for row in table.rows] == [
        (1, 3, None),
        (2, 3, None),
        (3, 3, 3),
    ]
    assert [row.number for row in table.remaining] == [1, 2]


def test_there_are_no_standings_before_the_first_fold_has_ended_or_when_all_failed():
    assert standings([Racer(1, steps(1)), Racer(2, ())], 0.13) is None
    assert standings([Racer(1, (), failed=True)], 0.13) is None
    assert standings([], 0.13) is None

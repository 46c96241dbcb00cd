"""The winner on the folds, and the rule by which it won."""

from made_confirmations import FOLDS, candidate, confirmation, final_run, fold_run

from search.confirmation.choice import with_choice, with_run
from search.confirmation.record import BASELINE, Confirmation


def chosen(folds, **changes) -> Confirmation:
    return with_choice(confirmation(folds, choice=None, finals=(), **changes))


def test_the_highest_mean_wins_where_no_other_recipe_is_equal() -> None:
    choice = chosen(FOLDS).choice
    assert choice.winner == "trial-5"
    assert choice.equal == ()
    assert choice.rule == (
        "trial 5 has the highest mean over 3 folds, 84.03\u00a0%, and no other recipe is equal to "
        "it"
    )


def test_of_equal_recipes_the_one_with_fewer_parameters_wins() -> None:
    close = {"trial-5": (0.84, 0.83, 0.85), "trial-3": (0.835, 0.835, 0.845), BASELINE: (0.79,) * 3}
    small = candidate("trial-3", parameters=100_000)
    made = chosen(close, candidates=(candidate("trial-5"), small, candidate(BASELINE)))
    assert made.choice.winner == "trial-3"
    assert made.choice.equal == ("trial-5", "trial-3")
    assert "trial 3 is equal to it" in made.choice.rule
    assert "trial 3 is preferred (rule: of those within one standard error" in made.choice.rule


def test_one_fold_calls_no_recipe_equal() -> None:
    made = chosen({"trial-5": (0.84,), "trial-3": (0.84,), BASELINE: (0.79,)})
    assert made.choice.equal == ()
    assert made.choice.winner == "trial-3", "the earlier trial"
    assert "one fold gives no interval" in made.choice.rule


def test_the_baseline_wins_where_it_is_best() -> None:
    assert chosen({"trial-5": (0.80, 0.81), BASELINE: (0.90, 0.91)}).choice.winner == BASELINE


def test_a_recipe_that_failed_on_a_fold_cannot_win() -> None:
    made = chosen({"trial-5": (0.99, None, 0.99), "trial-3": (0.8, 0.8, 0.8), BASELINE: (0.7,) * 3})
    assert made.choice.winner == "trial-3"


def test_there_is_no_winner_while_a_fold_is_missing_or_where_all_failed() -> None:
    made = confirmation(choice=None, finals=())
    assert with_choice(made.model_copy(update={"folds": made.folds[:-1]})).choice is None
    assert chosen({"trial-5": (None,), BASELINE: (None,)}).choice is None


def test_the_last_fold_brings_the_winner_and_a_final_run_leaves_it() -> None:
    made = confirmation(choice=None, finals=())
    before = made.model_copy(update={"folds": made.folds[:-1]})
    after = with_run(before, fold_run(BASELINE, 3, 0.80))
    assert after.choice is not None
    assert with_run(after, final_run("trial-5", 1)).choice == after.choice

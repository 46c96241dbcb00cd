"""Plans: what a budget buys, what is chosen, and that the other fold is not looked at."""

from pathlib import Path

import pytest
from made_tables import make_table

from fer.errors import BadInput
from search.replay.plans import OneRound, ScreenAndRace, spent
from search.replay.strategies import DEFAULT, parse_strategy
from search.replay.table import Curve, Table
from search.replay.trials import ReplayedTrial, replay_trials

COMPLETE = [ReplayedTrial(n, 20, accuracy, True) for n, accuracy in ((4, 0.7), (2, 0.8), (9, 0.9))]


def screened(table: Table, count: int, fold: int = 0) -> list[ReplayedTrial]:
    ends = {n: table.curve(n, fold, 7).seen[-1] for n in table.numbers[:count]}
    return [ReplayedTrial(n, 7, float(end), True) for n, end in ends.items()]


def test_one_round_chooses_the_best_trial_that_the_budget_paid_for(table: Table) -> None:
    plan = OneRound()
    for budget, chosen, epochs in ((20, 4, 20), (21, 2, 40), (40, 2, 40), (500, 9, 60)):
        outcome = plan.outcome(table, COMPLETE, 0, budget)
        assert outcome is not None
        assert (outcome.chosen, outcome.epochs) == (chosen, epochs)


def test_a_stopped_trial_is_never_chosen(table: Table) -> None:
    trials = [ReplayedTrial(1, 4, 0.95, False), *COMPLETE[:1]]
    outcome = OneRound().outcome(table, trials, 0, 500)
    assert outcome is not None
    assert outcome.chosen == 4


@pytest.mark.parametrize(("budget", "trials", "epochs"), [(94, 2, 94), (200, 11, 197)])
def test_a_screen_leaves_epochs_for_its_race(
    table: Table, budget: int, trials: int, epochs: int
) -> None:
    outcome = ScreenAndRace(epochs=7).outcome(table, screened(table, 20), 0, budget)
    assert outcome is not None
    assert (outcome.trials, outcome.epochs) == (trials, epochs)


def test_a_race_of_many_folds_is_planned_with_half_of_its_recipes_after_the_first_test(
    table: Table,
) -> None:
    """Of 20 screened trials, 2 enter: 3 folds of both until p < 0.13, and 2 of one."""
    plan = ScreenAndRace(epochs=7, keep=0.1, race_folds=5, p=0.13)
    assert not plan.enough(screened(table, 20), 20 * 7 + 8 * 20 + 1)
    assert plan.enough(screened(table, 20), 20 * 7 + 8 * 20)


def test_the_race_is_won_by_the_best_mean_of_its_entrants(table: Table) -> None:
    trials = screened(table, 16)
    outcome = ScreenAndRace(epochs=7).outcome(table, trials, 0, 16 * 7 + 4 * 40)
    assert outcome is not None
    assert outcome.trials == 16
    best = sorted(trials, key=lambda trial: -trial.accuracy)[:4]
    means = {
        trial.recipe: sum(table.curve(trial.recipe, fold, 20).seen[-1] for fold in (0, 1)) / 2
        for trial in best
    }
    assert outcome.chosen == max(means, key=lambda recipe: means[recipe])
    assert outcome.reported == pytest.approx(max(means.values()))


def test_a_budget_without_room_for_a_race_chooses_nothing(table: Table) -> None:
    assert ScreenAndRace(epochs=7).outcome(table, screened(table, 20), 0, 93) is None


@pytest.mark.parametrize("name", DEFAULT)
def test_a_plan_of_one_fold_chooses_without_the_other_fold(name: str, tmp_path: Path) -> None:
    strategy = parse_strategy(name)
    plan, outcomes = strategy.plan, []
    for damaged in (False, True):
        table = make_table(tmp_path, 10)
        for (recipe, fold, epochs), curve in list(table.curves.items()):
            if damaged and fold == 1:
                table.curves[recipe, fold, epochs] = Curve(
                    curve.seen[::-1], curve.slices, curve.seconds
                )
        trials = replay_trials(
            table, strategy.sampler, strategy.pruner, (0, 1)[: plan.folds], plan.epochs, 5,
            lambda trials: plan.enough(trials, 120),
        )  # fmt: skip
        outcomes.append(plan.outcome(table, trials, 0, 120))
    assert (outcomes[0] == outcomes[1]) == plan.one_fold


def test_a_race_over_fresh_folds_leaves_out_what_a_long_screen_has_seen(table: Table) -> None:
    assert parse_strategy("tpe/race2").plan.measured
    assert not parse_strategy("tpe/race3").plan.measured
    assert not parse_strategy("tpe/again2").plan.measured
    assert not parse_strategy("tpe/race2").plan.one_fold
    assert parse_strategy("tpe/race1").plan.one_fold


def test_epochs_are_counted() -> None:
    assert spent(COMPLETE) == 60


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tpee", "--strategy tpee: 'tpee': did you mean 'tpe'"),
        ("tpe+halfing", "'halfing': did you mean 'halving'"),
        ("tpe/races", "'races': did you mean 'race"),
        ("tpe+median/mean2", "mean2 takes no pruner"),
    ],
)
def test_an_unknown_strategy_is_refused(name: str, message: str) -> None:
    with pytest.raises(BadInput, match=message.replace("+", r"\+")):
        parse_strategy(name)

"""Plans: what a budget buys, what is chosen, and that the other fold is not looked at."""

from pathlib import Path

import pytest
from made_tables import make_table

from fer.errors import BadInput
from search.replay.plans import OneRound, ScreenAndRace, spent
from search.replay.simulate import simulate
from search.replay.strategies import DEFAULT, parse_strategy
from search.replay.table import Curve, Table
from search.replay.trials import ReplayedTrial

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
    table, other = make_table(tmp_path, 10), make_table(tmp_path, 10)
    for (recipe, fold, epochs), curve in list(other.curves.items()):
        if fold == 1:
            other.curves[recipe, fold, epochs] = Curve(curve.seen[::-1], curve.slices, curve.seen)
    same = [
        simulate(tmp_path, one, [strategy], 5, (120,), 1)[name][::2] for one in (table, other)
    ]  # every other repeat searches fold 0
    assert (same[0] == same[1]) or not strategy.plan.one_fold


def test_epochs_are_counted() -> None:
    assert spent(COMPLETE) == 60


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tpee", "--strategy tpee: 'tpee': did you mean 'tpe'"),
        ("tpe+halfing", "'halfing': did you mean 'halving'"),
        ("tpe/race3", "'race3': did you mean 'race"),
        ("tpe+median/mean2", "mean2 takes no pruner"),
    ],
)
def test_an_unknown_strategy_is_refused(name: str, message: str) -> None:
    with pytest.raises(BadInput, match=message.replace("+", r"\+")):
        parse_strategy(name)

"""Replayed trials: real samplers and pruners, whose epochs are the measured ones."""

import pytest

from search.replay.snapping import Pool
from search.replay.strategies import PRUNER_TABLES, SAMPLER_NAMES, parse_strategy
from search.replay.table import Table
from search.replay.trials import ReplayedTrial, replay_trials


def run(
    table: Table, name: str, seed: int = 0, count: int = 24, fold: int = 0
) -> list[ReplayedTrial]:
    strategy = parse_strategy(name)
    return replay_trials(
        table,
        strategy.sampler,
        strategy.pruner,
        (fold, 1 - fold)[: strategy.plan.folds],
        strategy.plan.epochs,
        seed,
        lambda trials: len(trials) >= count,
    )


def test_a_suggestion_becomes_the_nearest_recipe_that_was_not_tried(table: Table) -> None:
    pool = Pool(table)
    for number in (7, 3, 20):
        assert pool.take(table.params(number)) == (number, table.params(number))
    again, params = pool.take(table.params(7))
    assert again != 7
    assert params == table.params(again)
    assert len(pool) == 20


@pytest.mark.parametrize("name", [n for n in SAMPLER_NAMES if n != "gp"])
def test_a_sampler_tries_every_recipe_once(table: Table, name: str) -> None:
    trials = run(table, name, count=100)
    assert sorted(trial.recipe for trial in trials) == list(table.numbers)


def test_a_trial_has_the_measured_accuracy_of_its_last_epoch(table: Table) -> None:
    for name, epochs in (("tpe", 20), ("tpe/short", 7), ("tpe+halving", 20)):
        for trial in run(table, name, fold=1):
            seen = table.curve(trial.recipe, 1, epochs).seen
            assert trial.accuracy == seen[trial.epochs - 1]
            assert trial.complete == (trial.epochs == epochs)


def test_a_trial_on_both_folds_costs_both_and_has_their_mean(table: Table) -> None:
    for trial in run(table, "random/mean2", count=4):
        ends = [table.curve(trial.recipe, fold, 20).seen[-1] for fold in (0, 1)]
        assert trial.epochs == 40
        assert trial.accuracy == pytest.approx(sum(ends) / 2)


@pytest.mark.parametrize("pruner", PRUNER_TABLES)
def test_the_same_seed_gives_the_same_trials(table: Table, pruner: str) -> None:
    name = f"tpe+{pruner}"
    assert run(table, name, seed=3) == run(table, name, seed=3)
    assert run(table, name, seed=3) != run(table, name, seed=4)


def test_todays_halving_stops_trials_at_its_rungs_only(table: Table) -> None:
    trials = run(table, "random+halving")
    assert {trial.epochs for trial in trials} <= {4, 8, 16, 20}
    assert any(not trial.complete for trial in trials)


def test_tpe_finds_a_good_recipe_sooner_than_random_sampling(table: Table) -> None:
    """On made curves, whose best learning rate is known."""

    def rates(name: str) -> float:
        late = [run(table, name, seed=seed, count=14)[10:] for seed in range(12)]
        return sum(trial.accuracy for trials in late for trial in trials)

    assert rates("tpe") > rates("random")

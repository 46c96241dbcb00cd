"""Scores of strategies: regret, optimism and tests in pairs."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from fer.cli import build_app
from fer.errors import BadInput
from search.replay.plans import Outcome, Plan
from search.replay.results import replay
from search.replay.scores import Score, mean, paired_p, scores
from search.replay.sentences import finding
from search.replay.simulate import Source, simulate
from search.replay.strategies import parse_strategy
from search.replay.table import Table
from search.replay.trials import ReplayedTrial
from search.replay.truth import estimate_truth
from search.replay.world import World

BUDGET = 100
FULL_PLAN, RACE = parse_strategy("tpe").plan, parse_strategy("tpe/race2").plan


@pytest.fixture(scope="module")
def world(table: Table) -> World:
    return World(table, estimate_truth(table))


def judge(world: World, recipe: int, fold: int = 0, reported: float = 0.8, plan: Plan = FULL_PLAN):
    return world.judge(plan, fold, (), Outcome(recipe, reported, 100, 5))


def ranked(world: World, **chosen: list[int]) -> list[Score]:
    judged = {name: [judge(world, recipe) for recipe in own] for name, own in chosen.items()}
    return scores(judged, BUDGET)


def test_the_strategy_that_always_chooses_the_best_recipe_has_no_regret(world: World) -> None:
    truth = world.truth
    best = world.table.numbers[truth.best]
    worst = world.table.numbers[int(np.argmin(truth.mean))]
    rows = ranked(world, random=[worst, best] * 10, tpe=[best] * 20)
    assert [row.strategy for row in rows] == ["tpe", "random"]
    assert rows[0].regret.value == rows[0].regret.high == 0
    assert rows[0].p is None
    assert rows[1].regret.value == pytest.approx((truth.mean.max() - truth.mean.min()) / 2)
    assert rows[1].behind == rows[1].regret
    assert rows[1].differs
    assert finding(rows).endswith("all others are significantly worse.")


def test_strategies_that_choose_alike_are_not_told_apart(world: World) -> None:
    rows = ranked(world, random=[1, 2] * 10, tpe=[1, 2] * 10)
    assert rows[1].p == 1
    assert finding(rows).endswith("not significantly worse: tpe.")


def test_a_sentence_names_few_strategies(world: World) -> None:
    rows = ranked(world, **{f"tpe{number}": [1, 2] for number in range(9)})
    assert "8 of the 8 others are not significantly worse, among them tpe1, tpe2" in finding(rows)
    assert "tpe7" not in finding(rows)


def test_optimism_does_not_count_what_is_easy_about_the_faces_of_a_fold(world: World) -> None:
    truth, table = world.truth, world.table
    ease = [float((table.finals(fold, 20)[:, 0] - truth.mean).mean()) for fold in (0, 1)]
    for fold in (0, 1):
        reported = float(truth.mean[2] + ease[fold] + 0.01)
        assert judge(world, 3, fold, reported).optimism == pytest.approx(0.01)
    reported = float(truth.mean[2] + sum(ease) / 2 + 0.01)
    assert judge(world, 3, 0, reported, RACE).optimism == pytest.approx(0.01)


def test_a_plan_that_looks_at_both_folds_has_no_unseen_one(world: World) -> None:
    names = ("tpe", "tpe/race1", "tpe/race2", "tpe/mean2", "tpe/short")
    judged = {name: judge(world, 3, plan=parse_strategy(name).plan) for name in names}
    assert [name for name in names if judged[name].other_fold is None] == ["tpe/race2", "tpe/mean2"]
    assert [name for name in names if judged[name].optimism is None] == ["tpe/short"]
    assert judged["tpe"].other_fold == world.truth.runs[1][2]


def test_what_the_pruner_stopped_of_the_best_quarter_is_counted(world: World) -> None:
    best, worst = world.table.numbers[world.truth.best], int(np.argmin(world.truth.mean)) + 1
    trials = [ReplayedTrial(best, 4, 0.5, False), ReplayedTrial(worst, 4, 0.5, False)]
    judged = world.judge(FULL_PLAN, 0, trials, Outcome(worst, 0.5, 8, 2))
    assert (judged.tried, judged.stopped) == (1, 1)
    [row] = scores({"tpe": [judged, judged]}, BUDGET)
    assert row.stopped == 1


def test_means_have_t_intervals() -> None:
    values = mean(np.array([1.0, 2.0, 3.0]))
    assert (values.value, values.high) == (2.0, pytest.approx(2 + 4.3027 / np.sqrt(3), abs=1e-4))
    assert paired_p(np.zeros(4)) == 1
    assert paired_p(np.array([0.1, -0.1, 0.2, 0.0])) > 0.3


def test_a_budget_that_is_too_small_is_refused(table_path: Path) -> None:
    with pytest.raises(BadInput, match="--budget 50: too few epochs for strategy tpe/race2"):
        simulate(Source(table_path), [parse_strategy("tpe/race2")], 2, (50,), 1)


def test_many_folds_need_an_emulated_table(table_path: Path) -> None:
    with pytest.raises(BadInput, match=r"--strategy tpe/race3: .* add --emulate 200"):
        replay(Source(table_path), [parse_strategy("tpe/race3")], 2, (400,), 1, "")


def test_the_command_prints_its_results_and_writes_them(table_path: Path, tmp_path: Path) -> None:
    words = ["search", "replay", "--table", str(table_path), "--repeats", "4", "--workers", "1"]
    words += ["--strategy", "random", "--strategy", "tpe+halving/race2", "--budget", "120"]
    shown = CliRunner().invoke(build_app(), [*words, "--out", str(tmp_path / "results.json")])
    assert shown.exit_code == 0, shown.output
    assert "Unfinished table: 24 of 96 planned recipes" in shown.output
    assert "At 120 epochs" in shown.output
    written = json.loads((tmp_path / "results.json").read_text())
    printed = CliRunner().invoke(build_app(), [*words, "--json"])
    assert json.loads(printed.output) == written
    assert written["table"]["recipes"] == 24
    rows = {row["strategy"]: row for row in written["budgets"][0]["scores"]}
    assert set(rows) == {"random", "tpe+halving/race2"}
    assert all(row["n"] == 4 and row["epochs"] <= 120 for row in rows.values())
    assert str(tmp_path) not in json.dumps(written)

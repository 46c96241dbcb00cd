"""Scores of strategies: regret, optimism and tests in pairs."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from fer.cli import build_app
from fer.errors import BadInput
from search.replay.plans import Outcome
from search.replay.scores import mean, paired_p, scores
from search.replay.sentences import finding
from search.replay.simulate import Repeat
from search.replay.strategies import parse_strategy
from search.replay.table import Table
from search.replay.truth import Truth

BUDGET = 100


@pytest.fixture(scope="module")
def truth(table: Table) -> Truth:
    return Truth(table)


def repeats(chosen: list[int], reported: float = 0.8) -> list[Repeat]:
    return [
        Repeat(i % 2, (), {BUDGET: Outcome(recipe, reported, 100, 5)})
        for i, recipe in enumerate(chosen)
    ]


def score(table: Table, truth: Truth, **chosen: list[int]):
    strategies = [parse_strategy(name) for name in chosen]
    runs = {name: repeats(numbers) for name, numbers in chosen.items()}
    return scores(table, truth, strategies, runs, BUDGET)


def test_the_strategy_that_always_chooses_the_best_recipe_has_no_regret(
    table: Table, truth: Truth
) -> None:
    best = table.numbers[truth.best]
    worst = table.numbers[int(np.argmin(truth.mean))]
    rows = score(table, truth, random=[worst, best] * 10, tpe=[best] * 20)
    assert [row.strategy for row in rows] == ["tpe", "random"]
    assert rows[0].regret.value == rows[0].regret.high == 0
    assert rows[0].p is None
    assert rows[1].regret.value == pytest.approx((truth.mean.max() - truth.mean.min()) / 2)
    assert rows[1].behind == rows[1].regret
    assert rows[1].differs
    assert finding(rows).endswith("all others are significantly worse.")


def test_strategies_that_choose_alike_are_not_told_apart(table: Table, truth: Truth) -> None:
    rows = score(table, truth, random=[1, 2] * 10, tpe=[1, 2] * 10)
    assert rows[1].p == 1
    assert finding(rows).endswith("not significantly worse: tpe.")


def test_optimism_does_not_count_what_is_easy_about_the_faces_of_a_fold(
    table: Table, truth: Truth
) -> None:
    """Reports that are each recipe's true accuracy on an easier slice are not optimistic."""
    ease = [float((table.finals(fold, 20)[:, 0] - truth.mean).mean()) for fold in (0, 1)]
    runs = repeats([1, 2] * 10)
    for repeat in runs:
        outcome = repeat.outcomes[BUDGET]
        assert outcome is not None
        reported = truth.mean[outcome.chosen - 1] + ease[repeat.fold] + 0.01
        repeat.outcomes[BUDGET] = replace(outcome, reported=float(reported))
    [row] = scores(table, truth, [parse_strategy("tpe")], {"tpe": runs}, BUDGET)
    assert row.optimism is not None
    assert row.optimism.value == pytest.approx(0.01)


def test_a_plan_that_looks_at_both_folds_has_no_unseen_one(table: Table, truth: Truth) -> None:
    names = ("tpe", "tpe/race1", "tpe/race2", "tpe/mean2", "tpe/short")
    rows = {row.strategy: row for row in score(table, truth, **{name: [1, 2] for name in names})}
    assert [name for name in names if rows[name].other_fold is None] == ["tpe/race2", "tpe/mean2"]
    assert [name for name in names if rows[name].optimism is None] == ["tpe/short"]


def test_means_have_t_intervals() -> None:
    values = mean(np.array([1.0, 2.0, 3.0]))
    assert (values.value, values.high) == (2.0, pytest.approx(2 + 4.3027 / np.sqrt(3), abs=1e-4))
    assert paired_p(np.zeros(4)) == 1
    assert paired_p(np.array([0.1, -0.1, 0.2, 0.0])) > 0.3


def test_a_budget_that_is_too_small_is_refused(table: Table, truth: Truth) -> None:
    runs = {"tpe": [Repeat(0, (), {BUDGET: None})] * 2}
    with pytest.raises(BadInput, match="--budget 100: too few epochs for strategy tpe"):
        scores(table, truth, [parse_strategy("tpe")], runs, BUDGET)


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

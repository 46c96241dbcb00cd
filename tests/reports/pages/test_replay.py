"""The report of a replay: what weakens it first, and every strategy with its numbers."""

from pathlib import Path

import pytest
from made_tables import make_table
from typer.testing import CliRunner

from fer.cli import build_app
from fer.errors import BadInput
from reports.pages.replay import replay_page
from reports.rendering.html import render
from search.replay.results import Results, read_results, replay
from search.replay.simulate import Source
from search.replay.strategies import parse_strategy

NAMES = ("random", "tpe+halving", "tpe/short", "tpe/race2")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("table")
    make_table(folder)
    strategies = [parse_strategy(name) for name in NAMES]
    return replay(Source(folder / "curves.csv.gz"), strategies, 4, (120, 200), 1, "fer search …")


def test_an_unfinished_table_is_said_first(results: Results) -> None:
    page = replay_page(results)
    assert page.verdict[0].startswith("Unfinished table: 24 of 96 planned recipes")
    assert page.good is None


def test_the_answer_says_how_many_strategies_are_not_told_apart(results: Results) -> None:
    best, *others = results.budgets[-1].scores
    equal = sum(not row.differs for row in others)
    assert equal > 0
    answer = replay_page(results).answer
    assert answer.startswith(f"Lowest regret at 200 epochs: {best.strategy}; {equal} of 3 others")


def test_each_budget_has_every_strategy_with_the_numbers_of_the_results(results: Results) -> None:
    figure = next(figure for figure in replay_page(results).figures if figure.id == "strategies")
    assert [plot.name for plot in figure.plots] == ["120 epochs", "200 epochs"]
    for plot, budget in zip(figure.plots, results.budgets, strict=True):
        regrets = [trace for trace in plot.traces if "regret" in trace["name"]]
        shown = dict(pair for trace in regrets for pair in zip(trace["y"], trace["x"], strict=True))
        assert shown == {row.strategy: round(100 * row.regret.value, 3) for row in budget.scores}
        [optimism] = [trace for trace in plot.traces if trace["name"] == "optimism"]
        assert "tpe/short" not in optimism["y"]


def test_the_page_is_rendered_from_the_file_that_the_command_wrote(
    results: Results, tmp_path: Path
) -> None:
    path = tmp_path / "results.json"
    path.write_text(results.text())
    read = read_results(path)
    assert read.text() == results.text()
    assert render(replay_page(read)) == render(replay_page(read_results(path)))
    done = CliRunner().invoke(
        build_app(), ["report", "replay", str(path), "--out", str(tmp_path / "replay.html")]
    )
    assert done.exit_code == 0, done.output
    assert "tpe+halving" in (tmp_path / "replay.html").read_text()


@pytest.mark.parametrize(
    ("text", "message"), [("{}", "command: Field required"), ("no", "file: Invalid JSON")]
)
def test_another_file_is_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "summary.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=f"{message}.*expected a file of fer search replay") as error:
        read_results(path)
    assert "\n" not in str(error.value)

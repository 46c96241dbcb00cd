"""The generated parts about the replay have the numbers of its results, and say what n is."""

from pathlib import Path

import pytest
from made_tables import make_table

from search.replay.results import Results, replay
from search.replay.simulate import Source
from search.replay.strategies import parse_strategy
from tools.replay_picture import SHOWN, replay_picture
from tools.replay_tables import HALVING, SHIPPED, SIMPLE, early, emulated, measured, paragraph


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay")
    make_table(folder)
    for name, recipes, names, budget in (
        ("results", 0, (HALVING, SIMPLE), 200),
        ("emulated", 60, (HALVING, SIMPLE, SHIPPED), 620),
    ):
        strategies = [parse_strategy(each) for each in names]
        source = Source(folder / "curves.csv.gz", recipes)
        results = replay(source, strategies, 2, (budget,), 1, f"fer search replay {name}")
        (folder / f"{name}.json").write_text(results.text())
    return folder


def row(folder: Path, name: str):
    results = Results.model_validate_json((folder / "emulated.json").read_text())
    return next(row for row in results.budgets[0].scores if row.strategy == name)


def test_the_paragraph_says_how_much_of_the_table_there_is(folder: Path) -> None:
    text = paragraph(folder)
    assert "2 times, on tables modelled on 24 of 96 planned measured recipes" in text
    assert len(text.split()) <= 74
    for name in (HALVING, SIMPLE, SHIPPED):
        assert f"{100 * row(folder, name).regret.value:.2f}" in text


def test_the_paragraph_names_the_strategy_that_wins_a_small_budget(folder: Path) -> None:
    results = Results.model_validate_json((folder / "results.json").read_text())
    winner = results.budgets[0].scores[0].strategy
    assert f'At 200 epochs of the measured table, the best is "{SHOWN[winner]}"' in paragraph(
        folder
    )


def test_a_table_has_a_row_for_each_strategy(folder: Path) -> None:
    assert emulated(folder).count("\n| tpe") == 3
    assert measured(folder).count("\n| tpe") == 2
    assert "Unfinished table: 24 of 96" in measured(folder)
    assert early(folder).count("\n| ") == 6


def test_the_picture_shows_those_of_its_strategies_that_there_are(folder: Path) -> None:
    plot = replay_picture(folder)
    shown = {name for trace in plot.traces if "regret" in trace["name"] for name in trace["y"]}
    assert shown == {SHOWN[name] for name in (HALVING, SIMPLE, SHIPPED)}

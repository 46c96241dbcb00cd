"""The table: what is packed is read, and a damaged file is refused in one line."""

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from made_tables import SLICE, made_curves

from fer.errors import BadInput
from search.replay.results import read_results
from search.replay.table import read_table, shipped_table
from tools.pack_curves import pack

CURVES = made_curves(8)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    pack(CURVES, tmp_path)
    return tmp_path / "curves.csv.gz"


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_bytes(gzip.compress(change(gzip.decompress(path.read_bytes()).decode()).encode()))


def test_the_table_holds_what_was_measured(packed: Path) -> None:
    table = read_table(packed)
    assert table.numbers == tuple(range(1, 9))
    for curve in CURVES:
        read = table.curve(curve["recipe"], curve["fold"], curve["epochs"])
        assert read.seen.tolist() == [row[2] / SLICE for row in curve["rows"]]
        assert read.slices.tolist() == [correct / SLICE for correct in curve["slices"]]
    assert table.params(3)["dropout"] == CURVES[12]["values"]["dropout"]


def test_recipes_that_lack_a_curve_are_left_out(tmp_path: Path) -> None:
    assert pack([*made_curves(9)[:-1]], tmp_path) == 8
    assert read_table(tmp_path / "curves.csv.gz").numbers == tuple(range(1, 9))


def test_the_same_curves_make_the_same_file(packed: Path, tmp_path: Path) -> None:
    pack(CURVES[::-1], tmp_path / "again")
    assert (tmp_path / "again" / packed.name).read_bytes() == packed.read_bytes()


def test_a_table_of_few_recipes_is_refused(tmp_path: Path) -> None:
    pack(made_curves(7), tmp_path)
    with pytest.raises(BadInput, match="7 complete recipes: expected at least 8"):
        read_table(tmp_path / "curves.csv.gz")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1,0,20,1,1.0,0.5,", "1,0,20,1,1.0,0.5,9", r"line \d+: correct = 9\d+: .* 1617"),
        ("1,0,20,1,", "77,0,20,1,", r"recipe = 77: expected a recipe of recipes.json"),
        ("1,0,20,1,", "1,2,20,1,", "fold = 2: expected 0 or 1"),
        ("1,0,20,2,", "1,0,20,1,", "recipe 1, fold 0, 20 epochs: expected each epoch from 1 to 20"),
        ("correct,", "right,", "columns .*right.*: expected recipe, fold"),
        (
            "1,0,20,1,1.0,0.5,",
            "1,0,20,1,1.0,0.5,many",
            r"correct = many\d+: expected a whole number",
        ),
    ],
)
def test_a_damaged_table_is_refused_in_one_line(
    packed: Path, old: str, new: str, message: str
) -> None:
    edit(packed, lambda text: text.replace(f"\n{old}" if old[0].isdigit() else old,
                                           f"\n{new}" if old[0].isdigit() else new, 1))  # fmt: skip
    with pytest.raises(BadInput, match=message) as error:
        read_table(packed)
    assert str(packed) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_truncated_file_is_refused_in_one_line(packed: Path) -> None:
    packed.write_bytes(packed.read_bytes()[:400])
    with pytest.raises(BadInput, match="cannot be read as compressed CSV") as error:
        read_table(packed)
    assert "\n" not in str(error.value)


def test_a_recipe_outside_the_space_is_refused(packed: Path) -> None:
    path = packed.with_name("recipes.json")
    recipes = json.loads(path.read_text())
    recipes["values"]["2"]["dropout"] = 0.9
    path.write_text(json.dumps(recipes))
    with pytest.raises(BadInput, match=r"values\.2\.dropout = 0\.9: not in the space"):
        read_table(packed)


def test_missing_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "curves.csv.gz"
    with pytest.raises(
        BadInput, match=r"curves\.csv\.gz: no such file: expected a curves\.csv\.gz"
    ):
        read_table(path)
    path.touch()
    with pytest.raises(BadInput, match=r"recipes\.json: cannot be read: No such file"):
        read_table(path)


def test_the_table_that_ships_is_whole_and_small() -> None:
    table = read_table(shipped_table())
    assert table.recipes.study == "beat_baseline"
    assert table.has_baseline
    assert shipped_table().stat().st_size < 5_000_000


@pytest.mark.parametrize("name", ["results.json", "emulated.json"])
def test_the_results_that_ship_are_of_the_table_that_ships(name: str) -> None:
    table = shipped_table()
    results = read_results(table.with_name(name))
    assert results.table.sha256 == hashlib.sha256(table.read_bytes()).hexdigest()[:16]

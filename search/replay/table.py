"""The table of measured training curves that searches are replayed on.

A folder holds ``curves.csv.gz``, one row an epoch, and ``recipes.json``: the space, what every
recipe shares, and what each one has of its own. ``python -m tools.measure_curves`` measures it and
``python -m tools.pack_curves`` writes it.
"""

import csv
import gzip
import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from optuna.distributions import BaseDistribution
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fer.errors import BadInput
from fer.recipe import Recipe
from fer.validation import parse
from search.config.space import Space, parse_space

Array = npt.NDArray[np.float64]

CURVES = "curves.csv.gz"
RECIPES = "recipes.json"
BASELINE = 0
FULL, SHORT = 20, 7
"""Epochs of the two complete schedules that every recipe was trained with."""
FOLDS = (0, 1)
"""Fold 0 trains on one half of the faces, fold 1 on the other; each holds out the rest."""
SLICES = 5
"""Equal parts of the held-out half; a search sees the first one only."""
COLUMNS = ("recipe", "fold", "epochs", "epoch", "loss", "train_accuracy", "correct", "seconds",
           "slice_1", "slice_2", "slice_3", "slice_4")  # fmt: skip


class Recipes(BaseModel):
    """``recipes.json``.

    Attributes:
        space: of the study, as its file has it.
        shared: the recipe that all recipes of the space share; their own values replace its.
        values: each recipe's parameters, by its number, as Optuna stores them.
        planned: recipes that the whole table will have, the baseline not counted.
        slice: faces of each slice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    study: str
    space: dict[str, dict[str, Any]]
    shared: dict[str, Any]
    baseline: dict[str, Any]
    values: dict[int, dict[str, Any]]
    planned: int = Field(ge=1)
    slice: int = Field(ge=1)
    training: list[int] = Field(min_length=2, max_length=2)
    precision: str


@dataclass(frozen=True)
class Curve:
    """One training of one recipe.

    Attributes:
        seen: what a search sees: the accuracy on slice 0 after each epoch. [epochs]
        slices: the finished network's accuracy on each slice. [5]
        seconds: of training each epoch, on one core of a busy machine. [epochs]
    """

    seen: Array
    slices: Array
    seconds: Array


class Table:
    """All curves of the recipes that are complete: both folds with both schedules.

    Attributes:
        numbers: of the recipes of the space, ascending; the baseline is not one of them.
    """

    def __init__(self, recipes: Recipes, curves: dict[tuple[int, int, int], Curve], origin: str):
        self.recipes = recipes
        self.curves = curves
        self.origin = origin
        complete = [n for n in sorted(recipes.values) if self._complete(n)]
        self.numbers = tuple(complete)
        self.has_baseline = self._complete(BASELINE)

    def __len__(self) -> int:
        return len(self.numbers)

    def curve(self, recipe: int, fold: int, epochs: int) -> Curve:
        """The curve of a complete recipe."""
        return self.curves[recipe, fold, epochs]

    @cached_property
    def space(self) -> Space:
        """The space that the recipes are spread over."""
        shared = parse(Recipe, self.recipes.shared, f"{self.origin}: shared")
        return parse_space(self.recipes.space, shared, self.origin)

    @cached_property
    def distributions(self) -> dict[str, BaseDistribution]:
        """What Optuna samples each parameter from."""
        return {name: entry.distribution() for name, entry in self.space.entries.items()}

    def params(self, recipe: int) -> dict[str, Any]:
        """A recipe's parameters, as Optuna stores them."""
        return self.recipes.values[recipe]

    def finals(self, fold: int, epochs: int) -> Array:
        """The finished networks' accuracies, recipe by recipe. [recipes, slices]"""
        return np.array([self.curve(n, fold, epochs).slices for n in self.numbers])

    def _complete(self, recipe: int) -> bool:
        wanted = [(recipe, fold, epochs) for fold in FOLDS for epochs in (FULL, SHORT)]
        return all(key in self.curves for key in wanted)


def shipped_table() -> Path:
    """The table that ships."""
    return Path(str(files("studies"))) / "results" / "replay" / CURVES


def read_table(path: Path) -> Table:
    """Read and check a table.

    Args:
        path: ``curves.csv.gz``; ``recipes.json`` is beside it.

    Raises:
        BadInput: a file is missing or damaged, or fewer than 8 recipes are complete.
    """
    if not path.is_file():
        raise BadInput(f"{path}: no such file: expected a {CURVES}, with {RECIPES} beside it")
    recipes = _read_recipes(path.with_name(RECIPES))
    table = Table(recipes, _read_curves(path, recipes), str(path.with_name(RECIPES)))
    if len(table) < 8:
        raise BadInput(
            f"{path}: {len(table)} complete recipes: expected at least 8, each with {FULL} and "
            f"{SHORT} epochs on folds 0 and 1"
        )
    _check_params(table)
    return table


def _read_recipes(path: Path) -> Recipes:
    try:
        return Recipes.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 text at byte {error.start}") from error
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"]))
        raise BadInput(f"{path}: {where or 'file'}: {problem['msg']}") from error


def _read_curves(path: Path, recipes: Recipes) -> dict[tuple[int, int, int], Curve]:
    rows: dict[tuple[int, int, int], list[_Row]] = {}
    for row in _rows(path, recipes):
        rows.setdefault((row.recipe, row.fold, row.epochs), []).append(row)
    return {key: _curve(key, own, recipes.slice, path) for key, own in rows.items()}


def _curve(key: tuple[int, int, int], rows: "list[_Row]", faces: int, path: Path) -> Curve:
    recipe, fold, epochs = key
    where = f"{path}: recipe {recipe}, fold {fold}, {epochs} epochs"
    if [row.epoch for row in rows] != list(range(1, epochs + 1)):
        raise BadInput(f"{where}: expected each epoch from 1 to {epochs} once, in order")
    last = rows[-1]
    if len(last.slices) != SLICES - 1:
        raise BadInput(f"{where}: epoch {epochs}: expected slice_1 to slice_4")
    return Curve(
        np.array([row.correct for row in rows]) / faces,
        np.array([last.correct, *last.slices]) / faces,
        np.array([row.seconds for row in rows]),
    )


class _Row(NamedTuple):
    recipe: int
    fold: int
    epochs: int
    epoch: int
    correct: int
    seconds: float
    slices: tuple[int, ...]


def _rows(path: Path, recipes: Recipes) -> Iterator[_Row]:
    """The rows, each checked."""
    known = {BASELINE, *recipes.values}
    for line, cells in enumerate(_cells(path), start=2):  # the header is line 1
        where = f"{path}: line {line}"
        if len(cells) != len(COLUMNS):
            raise BadInput(f"{where}: {len(cells)} cells: expected {len(COLUMNS)}")
        row = dict(zip(COLUMNS, cells, strict=True))
        number = {name: _whole(row, name, where) for name in COLUMNS[:4]}
        for name, allowed, expected in (
            ("recipe", known, f"a recipe of {RECIPES}"),
            ("fold", FOLDS, "0 or 1"),
            ("epochs", (FULL, SHORT), f"{FULL} or {SHORT}"),
        ):
            if number[name] not in allowed:
                raise BadInput(f"{where}: {name} = {number[name]}: expected {expected}")
        counts = ["correct", *(name for name in COLUMNS[-4:] if row[name])]
        for name in counts:
            if not 0 <= _whole(row, name, where) <= recipes.slice:
                raise BadInput(
                    f"{where}: {name} = {row[name]}: expected 0 to {recipes.slice}, the faces of a "
                    f"slice"
                )
        correct, *slices = (int(row[name]) for name in counts)
        seconds = _seconds(row["seconds"], where)
        yield _Row(**number, correct=correct, seconds=seconds, slices=tuple(slices))


def _cells(path: Path) -> Iterator[list[str]]:
    """The cells of each row after the header."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            if tuple(header) != COLUMNS:
                raise BadInput(
                    f"{path}: columns {', '.join(header)}: expected {', '.join(COLUMNS)}"
                )
            yield from reader
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"{path}: cannot be read as compressed CSV: {reason}") from error


def _whole(row: Mapping[str, str], name: str, where: str) -> int:
    try:
        return int(row[name])
    except ValueError:
        raise BadInput(f"{where}: {name} = {row[name]}: expected a whole number") from None


def _seconds(cell: str, where: str) -> float:
    try:
        seconds = float(cell)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise BadInput(f"{where}: seconds = {cell}: expected a number, at least 0")
    return seconds


def _check_params(table: Table) -> None:
    entries = table.space.entries
    for number in table.numbers:
        params = table.params(number)
        where = f"{table.origin}: values.{number}"
        if set(params) != set(entries):
            raise BadInput(f"{where}: keys {', '.join(params)}: expected {', '.join(entries)}")
        for name, entry in entries.items():
            if not entry.contains(params[name]):
                raise BadInput(f"{where}.{name} = {params[name]!r}: not in the space")

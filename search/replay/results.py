"""The results of a replay as one value, which is a JSON file, a terminal's screen and a page."""

import hashlib
import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fer.errors import BadInput
from search.replay.prediction import Prediction, predictions
from search.replay.scores import Score, scores
from search.replay.simulate import Source, simulate
from search.replay.strategies import Strategy
from search.replay.truth import Calibration

DIGITS = 6


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableFacts(_Part):
    """The measured table.

    Attributes:
        sha256: of its file, the first 16 digits.
        seen_faces: that a search sees.
    """

    sha256: str
    study: str
    recipes: int
    planned: int
    failed: int
    seen_faces: int


class TruthFacts(_Part):
    """The estimated truth about the measured table; see ``EstimatedTruth``."""

    best_recipe: int
    best: float
    mean: float
    recipe_sd: float
    run_sd: float
    faces_sd: float
    seen_sd: float
    calibration: Calibration


class BudgetScores(_Part):
    """The strategies at one budget of epochs, the lowest regret first."""

    epochs: int
    scores: list[Score] = Field(min_length=1)


class Results(_Part):
    """A finished replay; accuracies and differences are shares in [0, 1].

    Attributes:
        command: that makes the same results again.
        emulated_recipes: of each made table; 0 where the measured table was searched.
        repeats: searches by each strategy.
        strategies: their names, and what each does.
    """

    command: str
    machine: dict[str, str]
    versions: dict[str, str]
    table: TableFacts
    emulated_recipes: int
    truth: TruthFacts
    repeats: int
    strategies: dict[str, str]
    budgets: list[BudgetScores] = Field(min_length=1)
    predictions: list[Prediction]

    def text(self) -> str:
        """As JSON."""
        return json.dumps(_rounded(self.model_dump(mode="json")), indent=1) + "\n"


def read_results(path: Path) -> Results:
    """Read what ``fer search replay --out`` wrote.

    Raises:
        BadInput: it cannot be read, or is something else.
    """
    try:
        return Results.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 text at byte {error.start}") from error
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"])) or "file"
        raise BadInput(
            f"{path}: {where}: {problem['msg']}: expected a file of fer search replay --out"
        ) from error


def replay(
    source: Source,
    strategies: Sequence[Strategy],
    repeats: int,
    budgets: Sequence[int],
    workers: int,
    command: str,
) -> Results:
    """Replay the strategies.

    Raises:
        BadInput: a budget is too small for a strategy, or a strategy needs an emulated table.
    """
    for strategy in strategies:
        if not (source.recipes or strategy.plan.measured):
            raise BadInput(
                f"--strategy {strategy.name}: a measured table has two folds: add --emulate 200"
            )
    runs = simulate(source, strategies, repeats, budgets, workers)
    table, truth = source.table, source.truth
    return Results(
        command=command,
        machine={"system": platform.system(), "processor": platform.machine()},
        versions={name: version(name) for name in ("optuna", "numpy", "scipy")},
        table=TableFacts(
            sha256=hashlib.sha256(source.path.read_bytes()).hexdigest()[:16],
            study=table.recipes.study,
            recipes=len(table),
            planned=table.recipes.planned,
            failed=int(truth.failed.sum()),
            seen_faces=table.recipes.slice,
        ),
        emulated_recipes=source.recipes,
        truth=TruthFacts(
            best_recipe=table.numbers[truth.best],
            best=float(truth.mean[truth.best]),
            mean=float(truth.mean[~truth.failed].mean()),
            recipe_sd=truth.recipe_sd,
            run_sd=truth.run_sd,
            faces_sd=truth.faces_sd,
            seen_sd=truth.seen_sd,
            calibration=truth.calibration,
        ),
        repeats=repeats,
        strategies={strategy.name: strategy.rule for strategy in strategies},
        budgets=[
            BudgetScores(
                epochs=budget,
                scores=scores(
                    {name: [one[budget] for one in own] for name, own in runs.items()}, budget
                ),
            )
            for budget in budgets
        ],
        predictions=predictions(table, truth),
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(value, DIGITS) if isinstance(value, float) else value

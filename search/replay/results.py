"""The results of a replay as one value: what was replayed, on what table, and the scores."""

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from search.replay.prediction import Prediction, predictions
from search.replay.scores import Score, scores
from search.replay.simulate import simulate
from search.replay.strategies import Strategy
from search.replay.table import Table, read_table
from search.replay.truth import Truth

DIGITS = 6


@dataclass(frozen=True)
class Replay:
    """A finished replay.

    Attributes:
        scores: by budget, each the lowest regret first.
        command: that makes the same results again.
    """

    path: Path
    table: Table
    truth: Truth
    strategies: tuple[Strategy, ...]
    repeats: int
    scores: dict[int, list[Score]]
    predictions: list[Prediction]
    command: str

    def dump(self) -> dict[str, Any]:
        """The results as JSON values; accuracies and differences in [0, 1]."""
        truth, table = self.truth, self.table
        results: dict[str, Any] = _rounded({
            "command": self.command,
            "machine": {"processor": platform.machine(), "system": platform.system()},
            "versions": {name: version(name) for name in ("optuna", "numpy", "scipy")},
            "table": {
                "sha256": hashlib.sha256(self.path.read_bytes()).hexdigest()[:16],
                "study": table.recipes.study,
                "recipes": len(table),
                "planned": table.recipes.planned,
                "failed": int(truth.failed.sum()),
                "seen_faces": table.recipes.slice,
            },
            "truth": {
                "best_recipe": table.numbers[truth.best],
                "best": truth.mean[truth.best],
                "mean": float(truth.mean[~truth.failed].mean()),
                "recipe_sd": truth.recipe_sd,
                "run_sd": truth.run_sd,
                "calibration": asdict(truth.calibration),
            },
            "repeats": self.repeats,
            "random_choice_regret": float(np.mean(truth.mean[truth.best] - truth.mean)),
            "strategies": {strategy.name: strategy.rule for strategy in self.strategies},
            "budgets": [
                {"epochs": budget, "scores": [asdict(score) for score in rows]}
                for budget, rows in self.scores.items()
            ],
            "predictions": [asdict(prediction) for prediction in self.predictions],
        })  # fmt: skip
        return results


def replay(
    path: Path,
    strategies: Sequence[Strategy],
    repeats: int,
    budgets: Sequence[int],
    workers: int,
    command: str,
) -> Replay:
    """Replay the strategies on a table.

    Raises:
        BadInput: the table is damaged, or a budget too small for a strategy.
    """
    table = read_table(path)
    truth = Truth(table)
    runs = simulate(path, table, strategies, repeats, budgets, workers)
    by_budget = {budget: scores(table, truth, strategies, runs, budget) for budget in budgets}
    return Replay(
        path,
        table,
        truth,
        tuple(strategies),
        repeats,
        by_budget,
        predictions(table, truth),
        command,
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return round(float(value), DIGITS) if isinstance(value, float) else value

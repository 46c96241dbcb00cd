"""Made tables of training curves, whose true accuracies are known."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from search.replay.table import Table, read_table
from tools.measure_curves import plan
from tools.pack_curves import pack

SLICE = 1617
RUN_SD = 0.004


def true_accuracy(values: dict[str, Any]) -> float:
    """Best at a learning rate of 0.003, without dropout; a wrong choice costs a few points."""
    distance = math.log(values["learning_rate"] / 0.003)
    return 0.79 - 0.02 * distance**2 - 0.03 * values["dropout"]


def made_curves(recipes: int, seed: int = 0) -> list[dict[str, Any]]:
    """Curves as ``tools.measure_curves`` writes them, of the baseline and so many recipes."""
    rng = np.random.default_rng(seed)
    curves = []
    for curve in plan():
        if curve["recipe"] > recipes:
            break
        epochs = curve["epochs"]
        end = true_accuracy(curve["values"]) - (0.03 if epochs == 7 else 0)
        end += rng.normal(0, RUN_SD)
        rows = []
        for epoch in range(1, epochs + 1):
            accuracy = end - 0.3 * (1 - epoch / epochs) ** 2
            rows.append([1.0, 0.5, int(rng.binomial(SLICE, accuracy)), 2.0])
        rest = [int(n) for n in rng.binomial(SLICE, end, 4)]
        curves.append(
            curve
            | {"rows": rows, "slice": SLICE, "slices": [rows[-1][2], *rest], "seconds": 40.0}
            | {"precision": "bf16", "training": 8089}
        )
    return curves


def make_table(folder: Path, recipes: int = 24, seed: int = 0) -> Table:
    """A made table, written and read."""
    pack(made_curves(recipes, seed), folder)
    return read_table(folder / "curves.csv.gz")

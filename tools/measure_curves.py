"""Measure the table that ``fer search replay`` replays: full training curves of many recipes.

    python -m tools.measure_curves --data fer2013-train.zip --out curves
    python -m tools.pack_curves curves/curves.jsonl

Recipes are spread over the space of ``beat_baseline`` and trained with a narrower network on half
of the faces, once on each half, with two complete schedules. The other half is held out: a fifth of
it is what a search would see after each epoch, and the rest, which no search sees, measures what
the finished network is worth. One line of ``curves.jsonl`` a curve; what is there is not trained
again, so the command can be killed and started again.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from optuna.distributions import CategoricalDistribution, FloatDistribution
from scipy.stats import qmc

from fer.faces import Faces, hold_out, load_faces
from fer.history import Epoch
from fer.inference import predict_logits
from fer.recipe import Recipe
from fer.training.data import to_device
from fer.training.loop import train_epoch
from fer.training.state import State
from search.config.definition import Definition
from search.config.seeds import derive_seed
from search.config.space import Space
from search.config.study_file import read_study

STUDY = Path(__file__).parents[1] / "studies/beat_baseline.toml"
WIDTHS = (16, 32, 64, 128)
RECIPES = 96
SCHEDULES = (20, 7)
FOLDS = (0, 1)
SLICES = 5
"""Of the held-out half; a search sees the first one, 1,617 faces, as in a real study."""


def main() -> None:
    """Train what is missing, in order of the recipes, so that a part of the table is of use."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", required=True, help="source of the faces")
    parser.add_argument("--out", required=True, type=Path, help="folder of curves.jsonl")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / "curves.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    done = {identity(json.loads(line)) for line in lines}
    curves = [curve for curve in plan() if identity(curve) not in done]
    spawn = multiprocessing.get_context("spawn")
    with (
        spawn.Pool(arguments.workers, _begin, (arguments.data,)) as pool,
        path.open("a", encoding="utf-8") as file,
    ):
        for curve in pool.imap_unordered(measure, curves):
            file.write(json.dumps(curve) + "\n")
            file.flush()
            os.fsync(file.fileno())
            print(curve["recipe"], curve["fold"], curve["epochs"], curve["slices"][0], flush=True)


def identity(curve: dict[str, Any]) -> tuple[int, int, int]:
    """What tells a curve from all others: recipe, fold and epochs of its schedule."""
    return curve["recipe"], curve["fold"], curve["epochs"]


def plan() -> Iterator[dict[str, Any]]:
    """The curves: recipe 0 is the baseline, 1 to 96 are spread over the space."""
    definition, _ = read_study(STUDY)
    recipes = [definition.baseline, *spread(definition, RECIPES)]
    for (number, recipe), epochs, fold in itertools.product(enumerate(recipes), SCHEDULES, FOLDS):
        seed = derive_seed(number, fold, f"{epochs} epochs")
        chosen = recipe.with_values(
            {"widths": WIDTHS, "epochs": epochs, "seed": seed, "validation": 0.5, "split_seed": 0}
        )
        values = chosen.model_dump(mode="json")
        yield {"recipe": number, "fold": fold, "epochs": epochs, "values": values}


def spread(definition: Definition, count: int) -> list[Recipe]:
    """Recipes over the whole space: scrambled Sobol points of its ranges, and every combination of
    its categories once before one comes again."""
    ranges, categories = _kinds(definition.space)
    points = qmc.Sobol(len(ranges), rng=0).random(128)[:count]
    products = list(itertools.product(*(kind.choices for kind in categories.values())))
    rng = np.random.default_rng(0)
    blocks = -(-count // len(products))
    order = np.concatenate([rng.permutation(len(products)) for _ in range(blocks)])[:count]
    recipes = []
    for point, product in zip(points, order, strict=True):
        values: dict[str, Any] = {
            name: _at(kind, share)
            for (name, kind), share in zip(ranges.items(), point, strict=True)
        }
        values |= dict(zip(categories, products[product], strict=True))
        recipes.append(definition.recipe.with_values(definition.space.decode(values)))
    return recipes


def _kinds(
    space: Space,
) -> tuple[dict[str, FloatDistribution], dict[str, CategoricalDistribution]]:
    kinds = {name: entry.distribution() for name, entry in space.entries.items()}
    ranges = {name: kind for name, kind in kinds.items() if isinstance(kind, FloatDistribution)}
    categories = {n: kind for n, kind in kinds.items() if isinstance(kind, CategoricalDistribution)}
    return ranges, categories


def _at(kind: FloatDistribution, share: float) -> float:
    """The value at a share of a range, with four digits."""
    low, high = kind.low, kind.high
    value = low * (high / low) ** share if kind.log else low + (high - low) * share
    return float(f"{value:.4g}")


_FACES: Faces


def _begin(source: str) -> None:
    global _FACES  # noqa: PLW0603 - read once a process, not once a curve
    torch.set_num_threads(1)
    _FACES = load_faces(source, "train", Recipe().classes)


def measure(curve: dict[str, Any]) -> dict[str, Any]:
    """Train one curve: what a search would see after each epoch, and what the network is worth."""
    began = time.perf_counter()
    recipe = Recipe(**curve["values"])
    halves = hold_out(_FACES, recipe.validation, recipe.split_seed)
    half, held_out = halves if curve["fold"] == 0 else halves[::-1]
    held_out = np.random.default_rng(0).permutation(held_out)
    cpu = torch.device("cpu")
    training, validation = (to_device(_FACES, part, cpu) for part in (half, held_out))
    seen = len(held_out) // SLICES
    state = State(recipe, _FACES.hash, cpu)
    rows = []
    for number in range(1, recipe.epochs + 1):
        start = time.perf_counter()
        steps = len(training) // recipe.batch_size
        loss, accuracy, rate = train_epoch(state, training, steps, None)
        seconds = time.perf_counter() - start
        state.history += (Epoch(number, loss, accuracy, None, None, rate, seconds),)
        images = validation.images if number == recipe.epochs else validation.images[:seen]
        logits = predict_logits(state.average.network, images, state.precision)
        correct = logits.argmax(1) == validation.labels[: len(images)]
        rows.append(
            [round(loss, 5), round(accuracy, 5), int(correct[:seen].sum()), round(seconds, 3)]
        )
    return curve | {
        "rows": rows,
        "slice": seen,
        "slices": [int(part.sum()) for part in correct[: seen * SLICES].split(seen)],
        "seconds": round(time.perf_counter() - began, 1),
        "precision": state.precision,
        "training": len(training),
    }


if __name__ == "__main__":
    main()

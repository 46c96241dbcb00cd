"""SIGKILL, at moments drawn at random."""

import multiprocessing
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from fer.faces.types import Faces
from fer.history import read_history
from fer.recipe import Recipe

KILLS = 8


def _train(recipe: Recipe, faces: Faces, run: Path) -> None:
    import torch

    from fer.training import train

    train(recipe, faces, run, device=torch.device("cpu"), threads=1, resume=True)


@pytest.fixture(scope="module")
def spawn() -> multiprocessing.context.ForkServerContext:
    """Processes that have torch imported but not used, so that none waits for it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["fer.training"])
    return context


def test_a_killed_run_resumes_to_the_same_weights(
    tmp_path: Path,
    tiny: Recipe,
    faces: Faces,
    spawn: multiprocessing.context.ForkServerContext,
) -> None:
    recipe = tiny.with_values({"epochs": 24})
    began = time.perf_counter()
    whole = spawn.Process(target=_train, args=(recipe, faces, tmp_path / "whole"))
    whole.start()
    whole.join()
    assert whole.exitcode == 0
    duration = time.perf_counter() - began

    killed = tmp_path / "killed"
    draw = np.random.default_rng()  # a new moment at every test run
    kills = 0
    while kills < KILLS and not (killed / "metrics.json").exists():
        process = spawn.Process(target=_train, args=(recipe, faces, killed))
        process.start()
        time.sleep(draw.uniform(0.03, 0.17) * duration)
        process.kill()
        process.join()
        kills += process.exitcode == -signal.SIGKILL
        if (killed / "history.csv").exists():
            numbers = [epoch.number for epoch in read_history(killed / "history.csv")]
            assert numbers == list(range(1, len(numbers) + 1))
    assert kills >= 5, f"only {kills} kills landed before the run was done"

    last = spawn.Process(target=_train, args=(recipe, faces, killed))
    last.start()
    last.join()
    assert last.exitcode == 0
    for name in ("model.safetensors", "recipe.toml", "validation.npz"):
        assert (killed / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert _losses(killed) == _losses(tmp_path / "whole")
    assert sorted(path.name for path in killed.iterdir()) == [
        "history.csv",
        "metrics.json",
        "model.safetensors",
        "recipe.toml",
        "validation.npz",
    ]


def _losses(run: Path) -> list[list[str]]:
    """The history without its last column, seconds."""
    return [line.split(",")[:-1] for line in (run / "history.csv").read_text().splitlines()]

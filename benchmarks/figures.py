"""The figures that the main job promises, measured: ``python -m benchmarks.figures``.

Training and inference speed of the published network (widths 32-64-128-256, batch 128, augmentation
on, evaluation excluded), with all cores in one process and with one process a core, as a study's
workers run; the seconds of ``fer --help``. Nothing else should run on the machine.
"""

import json
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from fer.process import available_cores, training_environment

SAMPLES = 7
TRAINING_STEPS = 12
INFERENCE_IMAGES = 2048


def sample_speeds() -> dict[str, list[float]]:
    """Images per second, ``SAMPLES`` of each, in this process; the first of each is warm-up."""
    import torch

    from fer.inference import predict_logits
    from fer.recipe import Recipe
    from fer.training.data import Batchable
    from fer.training.loop import train_epoch
    from fer.training.state import State

    threads = int(os.environ["OMP_NUM_THREADS"])
    torch.set_num_threads(threads)
    recipe = Recipe(optimiser="adamw", schedule="one_cycle", label_smoothing=0.1, ema=0.995)
    state = State(recipe, "", torch.device("cpu"))
    draw = torch.Generator().manual_seed(0)
    count = TRAINING_STEPS * recipe.batch_size
    images = torch.randint(0, 256, (INFERENCE_IMAGES, 48, 48), dtype=torch.uint8, generator=draw)
    labels = torch.randint(0, 3, (INFERENCE_IMAGES,), generator=draw)
    faces = Batchable(images[:count], labels[:count])
    speeds: dict[str, list[float]] = {"training": [], "inference": []}
    for _ in range(SAMPLES + 1):
        began = time.perf_counter()
        train_epoch(state, faces, TRAINING_STEPS, None)
        trained = time.perf_counter()
        predict_logits(state.network, images, state.precision)
        ended = time.perf_counter()
        speeds["training"].append(count / (trained - began))
        speeds["inference"].append(INFERENCE_IMAGES / (ended - trained))
    return {name: values[1:] for name, values in speeds.items()}


def speeds_of(processes: int, threads: int) -> dict[str, list[float]]:
    """Images per second of all processes together, sample by sample."""
    command = [sys.executable, "-m", "benchmarks.figures", "--child"]

    def child(_: int) -> dict[str, list[float]]:
        environment = training_environment(threads)
        output = subprocess.run(command, env=environment, check=True, capture_output=True).stdout
        speeds: dict[str, list[float]] = json.loads(output)
        return speeds

    with ThreadPoolExecutor(processes) as pool:
        parts = list(pool.map(child, range(processes)))
    return {
        name: np.sum([part[name] for part in parts], axis=0).round(1).tolist() for name in parts[0]
    }


def help_seconds() -> list[float]:
    """Wall clock of ``fer --help``, the first (cold) run left out."""
    seconds = []
    for _ in range(SAMPLES + 1):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "fer", "--help"], check=True, capture_output=True)
        seconds.append(round(time.perf_counter() - began, 4))
    return seconds[1:]


def measure() -> dict[str, Any]:
    """All figures, as raw samples."""
    import torch

    from fer.device import precision
    from fer.process import processor

    cores = available_cores()
    cpu = torch.device("cpu")
    return {
        "machine": {
            "processor": processor(cpu),
            "simd": torch.backends.cpu.get_cpu_capability(),
            "cores": cores,
            "precision": precision(cpu),
            "load_before": os.getloadavg()[0],
        },
        "versions": {"python": platform.python_version(), "torch": str(torch.__version__)},
        "images_per_second": {
            f"1 process x {cores} threads": speeds_of(1, cores),
            f"{cores} processes x 1 thread": speeds_of(cores, 1),
        },
        "help_seconds": help_seconds(),
    }


def main(
    out: Annotated[Path | None, typer.Option(help="Write the raw samples here, as JSON.")] = None,
    child: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Measure training and inference speed, and the time of `fer --help`. Takes a few minutes."""
    if child:
        print(json.dumps(sample_speeds()))
        return
    figures = measure()
    for setting, speeds in figures["images_per_second"].items():
        for name, samples in speeds.items():
            print(f"{setting:<24} {name:<10} {summary(samples)} images/s")
    print(f"{'fer --help':<35} {summary(figures['help_seconds'])} s")
    if out:
        from fer.files import write_text

        write_text(out, json.dumps(figures, indent=1) + "\n")


def summary(samples: list[float]) -> str:
    """Median and interquartile range."""
    low, middle, high = np.percentile(samples, [25, 50, 75])
    return f"{middle:.4g} (IQR {low:.4g} to {high:.4g}, n = {len(samples)})"


if __name__ == "__main__":
    typer.run(main)

"""Recordings of a few cases, written to files."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.recordings import files
from benchmarks.recordings.recording import AbsentCase, Measured, Recording

MACHINE: dict[str, Any] = {
    "id": "cpu-1",
    "versions": {"torch": "2.15.0+cpu", "python": "3.11"},
    "processor": {"name": "A", "available": 2},
    "load_before": 0.1,
}


def case(
    seconds: float = 0.1, *, count: int = 60, group: str = "training", **params: Any
) -> Measured:
    """A case with 2 % of noise around its seconds, the same each time."""
    noise = np.random.default_rng(0).normal(1, 0.02, count)
    params = {"device": "cpu", "precision": "fp32", "batch": 128, "mode": "eager"} | params
    name = f"{group}[{','.join(f'{key}={value}' for key, value in params.items())}]"
    extra = {"flops": 7.8125e6 * params["batch"], "precision": params["precision"], "threads": 2}
    samples = tuple((seconds * noise).tolist())
    return Measured(group, name, params, int(params["batch"]), "images", samples, extra)


def write(
    path: Path, *cases: Measured, absent: tuple[AbsentCase, ...] = (), **machine: Any
) -> Path:
    files.write(path, Recording(MACHINE | machine, {}, "2026-01-01T00:00:00", cases, absent))
    return path

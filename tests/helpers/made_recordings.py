"""Simulated recordings: every case of ``fer bench run``, with plausible times."""

from typing import Any

import numpy as np

from benchmarks.analysis.cost import inference_cost, training_cost
from benchmarks.cases import families
from benchmarks.cases.case import Case
from benchmarks.cases.dataloader import FEEDS, OURS, workers_and_layout
from benchmarks.cases.workload import recipe
from benchmarks.recordings.recording import AbsentCase, Measured, Recording
from benchmarks.recordings.recording_set import RecordingSet

PRECISIONS = {"fp32": 1.0, "tf32": 2.0, "bf16": 3.0, "fp16": 3.2}
PEAK = {"cpu": 1.5e11, "cuda": 4e13}
BANDWIDTH = {"cpu": 2e10, "cuda": 2e12}
PHASES = {"gather": 1, "augment": 8, "forward": 30, "backward": 50, "clip": 2, "update": 5}


def made_recording(
    name: str = "laptop",
    *,
    pace: float = 1.0,
    cuda: bool = False,
    noisy: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    torch: str = "2.15.0+cpu",
    seed: int = 0,
) -> Recording:
    """All cases, or those whose name begins with one of ``only``.

    Args:
        pace: seconds as multiples of the first machine's.
        noisy: parts of the names of cases with a wide spread.
    """
    draw = np.random.default_rng(seed)
    measured: list[Measured] = []
    absent: list[AbsentCase] = []
    for case in families.full():
        if only and not case.name.startswith(only):
            continue
        if (reason := _lack(case, cuda)) is not None:
            absent.append(AbsentCase(case.group, case.name, dict(case.params), reason))
            continue
        scatter = 0.3 if any(part in case.name for part in noisy) else 0.02
        measured.append(_timed(case, pace, scatter, draw))
    return Recording(machine(name, cuda, torch), {}, "2026-05-04T08:00:00+00:00",
                     tuple(measured), tuple(absent))  # fmt: skip


def made_recording_set(name: str = "laptop", **options: Any) -> RecordingSet:
    """The same as a recording set."""
    return RecordingSet(f"{name}.json", (made_recording(name, **options),))


def machine(name: str, cuda: bool, torch: str) -> dict[str, Any]:
    """A fingerprint with peaks."""
    fingerprint: dict[str, Any] = {
        "id": f"cpu-{name}",
        "name": name,
        "processor": {"name": "A processor", "available": 2, "cores": 2},
        "memory": {"total_bytes": 25_000_000_000},
        "versions": {"torch": torch, "python": "3.11.7"},
        "load_before": 0.1,
        "load_after": 1.9,
        "peaks": [
            peak("cpu", precision, threads) for precision in ("fp32", "bf16") for threads in (1, 2)
        ],
    }
    if cuda:
        fingerprint["gpus"] = [
            {
                "name": "A GPU",
                "memory_bytes": 85_000_000_000,
                "before": {"temperature_celsius": 30},
                "after": {"temperature_celsius": 51, "throttled": ["power cap"]},
            }
        ]
        fingerprint["peaks"] += [peak("cuda", precision, 2) for precision in PRECISIONS]
    return fingerprint


def peak(device: str, precision: str, threads: int) -> dict[str, Any]:
    share = threads / 2 if device == "cpu" else 1.0
    return {
        "device": device,
        "threads": threads,
        "precision": precision,
        "matmul_flops": {"value": PEAK[device] * PRECISIONS[precision] * share},
        "copy_bytes": {"value": BANDWIDTH[device]},
    }


def _lack(case: Case, cuda: bool) -> str | None:
    if case.params.get("device") == "cuda" and not cuda:
        return "no CUDA device"
    if case.params.get("batch") == 2048 and case.params.get("precision") == "fp32":
        return "out of memory: tried to allocate 20 GiB"
    return None


def _timed(case: Case, pace: float, scatter: float, draw: np.random.Generator) -> Measured:
    params = case.params
    device, precision = str(params.get("device", "")), str(params.get("precision", ""))
    extra: dict[str, Any] = {"threads": 2, "order": list(range(40)), "peak_rss_bytes": 10**9}
    items, unit, seconds = 1, "calls", 0.002
    if "batch" in params:
        items, unit = int(params["batch"]), "images"
        trains = case.group in ("training", "dataloader")
        cost = (training_cost if trains else inference_cost)(recipe(items), items, precision)
        seconds = 1.8 * max(
            cost.flops / (PEAK[device] * PRECISIONS[precision]), cost.bytes / BANDWIDTH[device]
        ) + (4e-4 if device == "cuda" else 1e-5)
        extra |= {"flops": cost.flops, "bytes": cost.bytes, "precision": precision}
        if case.group == "training" and params["mode"] == "eager":
            extra["phases"] = {k: seconds * share / 96 for k, share in PHASES.items()}
        if params.get("processes") == "one_a_core":
            seconds *= 0.9
    if case.group == "dataloader":
        feed = str(params["feed"])
        seconds *= 1.0 if feed == OURS else 2.5 - 0.2 * workers_and_layout(feed)[0]
        extra["order"] = [5 * i + FEEDS.index(feed) for i in range(40)]
    noise = np.exp(draw.normal(0, scatter, 40))
    samples = tuple((pace * seconds * noise).tolist())
    return Measured(case.group, case.name, dict(params), items, unit, samples, extra)

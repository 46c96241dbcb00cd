"""The machine's fingerprint: what samples were taken on. What cannot be read is left out."""

import hashlib
import json
import math
import os
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.system.gpu import gpus, states
from benchmarks.system.processor import load, memory, processor, throttle_events
from fer.cgroup import limits

PACKAGES = (
    "fer-search",
    "torch",
    "torchvision",
    "numpy",
    "scipy",
    "optuna",
    "pytest-benchmark",
    "onnxruntime",
)


def fingerprint(
    name: str | None = None, environment: Mapping[str, str] = os.environ
) -> dict[str, Any]:
    """The machine before a run: everything that may explain differences between samples.

    ``id``, ``name`` (where given), ``processor``, ``memory``, ``limits`` (of a container),
    ``gpus``, ``system``, ``allocator`` (glibc's tunables in the timing processes'
    ``environment``), ``versions``, ``commit``, ``load_before`` and ``throttle_events_before``.
    ``finished`` adds what is known afterwards. It holds no host name, user name or path.
    """
    properties: dict[str, Any] = {
        "name": name,
        "processor": processor(),
        "memory": memory(),
        "limits": limits() or None,
        "gpus": gpus() or None,
        "system": {"name": platform.system(), "release": platform.release()},
        "allocator": environment.get("GLIBC_TUNABLES", "default"),
        "versions": versions(),
        "commit": commit(),
        "load_before": load(),
        "throttle_events_before": throttle_events(),
    }
    machine = {key: value for key, value in properties.items() if value is not None}
    return {"id": machine_id(machine), **machine}


def finished(machine: Mapping[str, Any]) -> dict[str, Any]:
    """The same machine after a run: ``load_after``, throttling, and each GPU's state ``after``."""
    readings = {"load_after": load(), "throttle_events_after": throttle_events()}
    after: dict[str, Any] = {key: value for key, value in readings.items() if value is not None}
    if "gpus" in machine:
        after["gpus"] = [
            {**gpu, "after": state} for gpu, state in zip(machine["gpus"], states(), strict=True)
        ]
    return {**machine, **after}


def machine_id(machine: Mapping[str, Any]) -> str:
    """``cpu-`` or ``cuda-`` and eight digits that are the same in every run.

    They are a hash of the hardware: processor, cores, memory (in GiB, as its exact size changes
    with the kernel), limits, and GPUs, board by board. Two CPU machines that agree in all of these
    have the same id; their names distinguish them.
    """
    cpu = machine["processor"]
    gpus = machine.get("gpus", [])
    hardware = {
        "processor": [cpu.get(key) for key in ("name", "model", "flags", "cores", "threads")],
        "available": cpu.get("available"),
        # Rounded up: the kernel reserves a little of a whole number of GiB.
        "gibibytes": math.ceil(machine["memory"]["total_bytes"] / 2**30),
        "limits": [machine.get("limits", {}).get(key) for key in ("cpus", "memory_bytes")],
        "gpus": [
            [gpu.get(key) for key in ("name", "unit", "capability", "memory_bytes")] for gpu in gpus
        ],
    }
    digest = hashlib.sha256(json.dumps(hardware, sort_keys=True).encode()).hexdigest()
    return f"{'cuda' if gpus else 'cpu'}-{digest[:8]}"


def versions() -> dict[str, str]:
    """Python, the packages that matter, the C library, and torch's CUDA and cuDNN."""
    import torch

    installed: dict[str, str | None] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            installed[package] = version(package)
        except PackageNotFoundError:
            continue
    # With the build, such as 2.15.0+cpu.
    installed["torch"] = str(torch.__version__)
    installed["libc"] = " ".join(platform.libc_ver()).strip() or None
    if torch.version.cuda and torch.cuda.is_available():
        cudnn = torch.backends.cudnn.version()
        installed["cuda"] = torch.version.cuda
        installed["cudnn"] = str(cudnn) if cudnn else None
    return {key: value for key, value in installed.items() if value}


def commit() -> dict[str, Any] | None:
    """The commit of this code, its time, and whether files differ from it; None outside a
    repository."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return None  # installed: the folder may be inside another repository
    try:
        head, time = _git(root, "log", "-1", "--format=%H %cI").split()
        dirty = bool(_git(root, "status", "--porcelain", "-uno"))
        return {"id": head, "dirty": dirty, "time": time}
    except (OSError, subprocess.SubprocessError):
        return None


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
    return answer.stdout.strip()

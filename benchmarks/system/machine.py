"""The machine: a fingerprint of what samples were taken on. What cannot be read is left out."""

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
    """The machine before a run: all that may explain why samples differ.

    ``id``, ``name`` (where given), ``processor``, ``memory``, ``limits`` (of a container),
    ``gpus``, ``system``, ``allocator`` (glibc's tunables in the timing processes'
    ``environment``), ``versions``, ``commit``, ``load_before`` and ``throttle_events_before``.
    ``finished`` adds what is known afterwards. No host name, user or path is in it.
    """
    found: dict[str, Any] = {
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
    machine = {key: value for key, value in found.items() if value is not None}
    return {"id": machine_id(machine), **machine}


def finished(machine: Mapping[str, Any]) -> dict[str, Any]:
    """The same machine after a run: ``load_after``, throttling, and each GPU's state ``after``."""
    found = {"load_after": load(), "throttle_events_after": throttle_events()}
    after: dict[str, Any] = {key: value for key, value in found.items() if value is not None}
    if "gpus" in machine:
        after["gpus"] = [
            {**gpu, "after": state} for gpu, state in zip(machine["gpus"], states(), strict=True)
        ]
    return {**machine, **after}


def machine_id(machine: Mapping[str, Any]) -> str:
    """``cpu-`` or ``cuda-`` and eight digits that stay the same from run to run.

    They are a hash of the hardware alone: processor, cores, memory (in GiB, as its exact size
    changes with the kernel), limits, and which GPUs, board by board. Two CPU machines that are
    alike in all of these share it; a name tells them apart.
    """
    cpu = machine["processor"]
    gpus = machine.get("gpus", [])
    hardware = {
        "processor": [cpu.get(key) for key in ("name", "model", "flags", "cores", "threads")],
        "available": cpu.get("available"),
        # Rounded up: the kernel keeps a little of a whole number, and 23.5 is near no border.
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

    found: dict[str, str | None] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    # The build too, such as 2.15.0+cpu.
    found["torch"] = str(torch.__version__)
    found["libc"] = " ".join(platform.libc_ver()).strip() or None
    if torch.version.cuda and torch.cuda.is_available():
        cudnn = torch.backends.cudnn.version()
        found["cuda"] = torch.version.cuda
        found["cudnn"] = str(cudnn) if cudnn else None
    return {key: value for key, value in found.items() if value}


def commit() -> dict[str, Any] | None:
    """The commit that this code runs from, and whether files differ from it; None outside git."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return None  # installed: another repository may well lie around it
    try:
        head = _git(root, "rev-parse", "HEAD")
        return {"id": head, "dirty": bool(_git(root, "status", "--porcelain", "-uno"))}
    except (OSError, subprocess.SubprocessError):
        return None


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
    return answer.stdout.strip()

"""The machines."""

from collections.abc import Mapping
from typing import Any

from fer.formatting import count, rate
from reports.data.bench_data import BenchData, Machine
from reports.rendering.figure import DisplayTable, Figure, Table
from reports.rendering.formatting import listing

TITLE = "The machines"


def build(data: BenchData) -> Figure:
    """One column for each machine."""
    by_machine = {machine.label: _facts(machine.facts) for machine in data.machines}
    keys = list(dict.fromkeys(key for facts in by_machine.values() for key in facts))
    rows = tuple((key, *(facts.get(key, "–") for facts in by_machine.values())) for key in keys)
    return Figure(
        "machines",
        TITLE,
        " ".join(_sentence(machine) for machine in data.machines),
        "Properties of each machine before and after its run, as far as the system reports them.",
        tables=(DisplayTable(Table(("", *by_machine), rows)),),
        data=Table(("fact", *by_machine), rows),
    )


def _facts(machine: Mapping[str, Any]) -> dict[str, str]:
    cpu, memory = machine.get("processor", {}), machine.get("memory", {})
    versions = machine.get("versions", {})
    facts = {
        "id": machine.get("id"),
        "processor": cpu.get("name"),
        "cores": cpu.get("available"),
        "governor": cpu.get("governor"),
        "memory": _gibibytes(memory.get("total_bytes")),
        "load before, after": _both(machine.get("load_before"), machine.get("load_after")),
        **{f"GPU {i}": _gpu(gpu) for i, gpu in enumerate(machine.get("gpus", []))},
        **{name: versions.get(name) for name in ("python", "torch", "cuda", "cudnn", "optuna")},
        "commit": str((machine.get("commit") or {}).get("id", ""))[:12] or None,
        **_peaks(machine),
    }
    return {key: str(value) for key, value in facts.items() if value is not None}


def _peaks(machine: Mapping[str, Any]) -> dict[str, str]:
    peaks = {}
    for peak in machine.get("peaks", []):
        values = [peak[key]["value"] for key in ("matmul_flops", "conv_flops") if key in peak]
        if not values or "copy_bytes" not in peak:
            continue
        threads = f", {count(peak['threads'], 'thread')}" if peak["device"] == "cpu" else ""
        name = f"peak, {peak['device']}, {peak['precision']}{threads}"
        peaks[name] = (
            f"{rate(max(values) / 1e9)} GFLOP/s, copy {rate(peak['copy_bytes']['value'] / 1e9)} "
            "GB/s"
        )
    return peaks


def _gpu(gpu: Mapping[str, Any]) -> str:
    parts = [str(gpu.get("name")), _gibibytes(gpu.get("memory_bytes"))]
    if "driver" in gpu:
        parts.append(f"driver {gpu['driver']}")
    if "power_cap_watts" in gpu:
        parts.append(f"cap {gpu['power_cap_watts']:.0f} W")
    for when in ("before", "after"):
        state = gpu.get(when) or {}
        if "temperature_celsius" in state:
            parts.append(f"{state['temperature_celsius']} °C {when}")
        if state.get("throttled"):
            parts.append(f"throttled by {listing(state['throttled'])} {when}")
    return ", ".join(part for part in parts if part)


def _gibibytes(size: object) -> str | None:
    return f"{size / 2**30:.1f} GiB" if isinstance(size, int | float) else None


def _both(before: object, after: object) -> str | None:
    if not isinstance(before, int | float):
        return None
    return f"{before:.2g}, {after:.2g}" if isinstance(after, int | float) else f"{before:.2g}"


def _sentence(machine: Machine) -> str:
    cpu = machine.facts.get("processor", {})
    gpus = [str(gpu.get("name")) for gpu in machine.facts.get("gpus", [])]
    with_gpu = f" with {listing(gpus)}" if gpus else ""
    return (
        f"{machine.label}: {cpu.get('available', '?')} cores of {cpu.get('name', 'a processor')}"
        f"{with_gpu}."
    )

"""What differs between two cases, or two machines, beyond the factor that is compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.recordings.recording import Measured
from fer.wording import counted

NOTED_PACKAGES = ("python", "numpy", "scipy", "optuna", "onnxruntime", "cuda", "cudnn", "libc")
"""Packages whose versions are noted, but do not make cases incomparable."""

BUSY = 0.5
"""A machine counts as busy above this load per core before the run."""


@dataclass(frozen=True)
class Mismatch:
    """A property that differs between the base and the other recording."""

    key: str
    base: str
    other: str

    def __str__(self) -> str:
        return f"{self.key} {self.base} / {self.other}"


def mismatches(
    base: Measured,
    other: Measured,
    machines: tuple[Mapping[str, Any], Mapping[str, Any]],
    factor: str | None,
) -> tuple[Mismatch, ...]:
    """What differs between two cases beyond the factor, so that they cannot be compared.

    Args:
        machines: of the base and of the other case.
        factor: the key of ``params`` that is compared; None where the machines (or commits) are.
            Machines may differ then, and where ``device`` is compared.
    """
    pairs = dict(_pairs(base, other, machines))
    if factor is not None and factor != "device":
        pairs["machine"] = (machines[0].get("id"), machines[1].get("id"))
    if factor == "processes":
        pairs.pop("threads")  # a process on each core has one, as it must
    pairs.pop(str(factor), None)
    return tuple(
        Mismatch(key, _shown(one), _shown(another))
        for key, (one, another) in pairs.items()
        if one != another
    )


def _pairs(
    base: Measured, other: Measured, machines: tuple[Mapping[str, Any], Mapping[str, Any]]
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    yield "torch", (_torch(machines[0]), _torch(machines[1]))
    # glibc's own returns and faults a batch's memory in again at every step: a fifth slower.
    yield "allocator", (machines[0].get("allocator"), machines[1].get("allocator"))
    yield from must_match(base, other).items()
    yield "unit", (base.unit, other.unit)
    for key in dict.fromkeys((*base.params, *other.params)):
        yield key, (base.params.get(key), other.params.get(key))


def must_match(base: Measured, other: Measured) -> dict[str, tuple[Any, Any]]:
    """What must be equal in two timings of one case: its value in each."""
    return {
        "precision": (base.extra.get("precision"), other.extra.get("precision")),
        "threads": (base.extra.get("threads"), other.extra.get("threads")),
        # Networks of one name differ in the FLOPs of an image.
        "network": (_work_per_item(base), _work_per_item(other)),
    }


def _torch(machine: Mapping[str, Any]) -> str | None:
    """Without the build: 2.15.0+cpu and 2.15.0+cu132 count as one version."""
    version = machine.get("versions", {}).get("torch")
    return None if version is None else str(version).partition("+")[0]


def _work_per_item(case: Measured) -> str | None:
    flops = case.extra.get("flops")
    return (
        f"{flops / case.items / 1e6:.4g} MFLOP an item" if isinstance(flops, int | float) else None
    )


def _named(machine: Mapping[str, Any]) -> str:
    return str(machine.get("name") or machine.get("id"))


def _shown(value: Any) -> str:
    return "unknown" if value is None else str(value)


def remarks(base: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> list[str]:
    """Differences between the machines, and conditions that may have disturbed the timing.

    Args:
        base, other: each machine as it was in each run, one or more.
    """
    notes = [str(mismatch) for mismatch in _machine_mismatches(base[0], other[0])]
    for machine in (*base, *other):
        notes += [f"{_named(machine)}: {remark}" for remark in _disturbances(machine)]
    return list(dict.fromkeys(notes))


def _machine_mismatches(base: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Mismatch]:
    one, another = _noted(base), _noted(other)
    for key in dict.fromkeys((*one, *another)):
        if one.get(key) != another.get(key):
            yield Mismatch(key, _shown(one.get(key)), _shown(another.get(key)))


def _noted(machine: Mapping[str, Any]) -> dict[str, Any]:
    """Properties of a machine that are noted where they differ."""
    processor, gpus = machine.get("processor", {}), _gpus(machine)
    versions, commit = machine.get("versions", {}), (machine.get("commit") or {}).get("id")
    return {
        "machine": machine.get("id"),
        "processor": processor.get("name"),
        "governor": processor.get("governor"),
        "GPU": ", ".join(str(gpu.get("name")) for gpu in gpus) or None,
        "driver": next((gpu.get("driver") for gpu in gpus), None),
        "commit": commit and str(commit)[:12],
        **{package: versions.get(package) for package in NOTED_PACKAGES},
    }


def _gpus(machine: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(machine.get("gpus", []))


def _disturbances(machine: Mapping[str, Any]) -> Iterator[str]:
    cores, load = machine.get("processor", {}).get("available"), machine.get("load_before")
    if cores and load is not None and load > BUSY * cores:
        yield f"busy before the run: load {load:.2g} on {counted(cores, 'core')}"
    events = [machine.get(f"throttle_events_{when}") for when in ("before", "after")]
    if None not in events and events[0] != events[1]:
        yield "the processor was thermally throttled"
    for gpu in _gpus(machine):
        for when in ("before", "after"):
            for reason in gpu.get(when, {}).get("throttled", []):
                yield f"{gpu.get('name')} throttled by {reason} ({when})"
    if (machine.get("commit") or {}).get("dirty"):
        yield "files differ from the commit"

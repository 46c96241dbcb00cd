"""What differs between two cases or two machines beyond the factor that is compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.recordings.recording import Measured

TOLD_PACKAGES = ("python", "numpy", "scipy", "optuna", "onnxruntime", "cuda", "cudnn", "libc")
"""Versions that are told, but do not stand in the way."""

BUSY = 0.5
"""A machine is busy where processes wanted more than this share of its cores beforehand."""


@dataclass(frozen=True)
class Differs:
    """Something that is not alike on both sides."""

    what: str
    base: str
    other: str

    def __str__(self) -> str:
        return f"{self.what} {self.base} / {self.other}"


def differing(
    base: Measured,
    other: Measured,
    machines: tuple[Mapping[str, Any], Mapping[str, Any]],
    factor: str | None,
) -> tuple[Differs, ...]:
    """What else differs between two cases, so that their ratio is not that of the factor alone.

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
        Differs(what, _shown(one), _shown(another))
        for what, (one, another) in pairs.items()
        if one != another
    )


def _pairs(
    base: Measured, other: Measured, machines: tuple[Mapping[str, Any], Mapping[str, Any]]
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    yield "torch", (_torch(machines[0]), _torch(machines[1]))
    # glibc's own returns and faults a batch's memory in again at every step: a fifth slower.
    yield "allocator", (machines[0].get("allocator"), machines[1].get("allocator"))
    yield from alike(base, other).items()
    yield "unit", (base.unit, other.unit)
    for key in dict.fromkeys((*base.params, *other.params)):
        yield key, (base.params.get(key), other.params.get(key))


def alike(base: Measured, other: Measured) -> dict[str, tuple[Any, Any]]:
    """What has to be the same in two timings of one case, as it is in each."""
    return {
        "precision": (base.extra.get("precision"), other.extra.get("precision")),
        "threads": (base.extra.get("threads"), other.extra.get("threads")),
        # Two networks of one name differ in the work that an image takes.
        "network": (_work_of_one(base), _work_of_one(other)),
    }


def _torch(machine: Mapping[str, Any]) -> str | None:
    """Without the build: 2.15.0+cpu and 2.15.0+cu132 are one torch for two machines."""
    found = machine.get("versions", {}).get("torch")
    return None if found is None else str(found).partition("+")[0]


def _work_of_one(case: Measured) -> str | None:
    flops = case.extra.get("flops")
    return (
        f"{flops / case.items / 1e6:.4g} MFLOP an item" if isinstance(flops, int | float) else None
    )


def _named(machine: Mapping[str, Any]) -> str:
    return str(machine.get("name") or machine.get("id"))


def _shown(value: Any) -> str:
    return "unknown" if value is None else str(value)


def remarks(base: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a reader of a comparison should know of the two machines, in one line each.

    Args:
        base, other: each machine as it was in each run, one or more.
    """
    found = [str(differs) for differs in _machines_differ(base[0], other[0])]
    for machine in (*base, *other):
        found += [f"{_named(machine)}: {remark}" for remark in _troubles(machine)]
    return list(dict.fromkeys(found))


def _machines_differ(base: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Differs]:
    one, another = _told(base), _told(other)
    for what in dict.fromkeys((*one, *another)):
        if one.get(what) != another.get(what):
            yield Differs(what, _shown(one.get(what)), _shown(another.get(what)))


def _told(machine: Mapping[str, Any]) -> dict[str, Any]:
    """What of a machine is told where it differs."""
    processor, gpus = machine.get("processor", {}), _gpus(machine)
    versions, commit = machine.get("versions", {}), (machine.get("commit") or {}).get("id")
    return {
        "machine": machine.get("id"),
        "processor": processor.get("name"),
        "governor": processor.get("governor"),
        "GPU": ", ".join(str(gpu.get("name")) for gpu in gpus) or None,
        "driver": next((gpu.get("driver") for gpu in gpus), None),
        "commit": commit and str(commit)[:12],
        **{package: versions.get(package) for package in TOLD_PACKAGES},
    }


def _gpus(machine: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(machine.get("gpus", []))


def _troubles(machine: Mapping[str, Any]) -> Iterator[str]:
    cores, load = machine.get("processor", {}).get("available"), machine.get("load_before")
    if cores and load is not None and load > BUSY * cores:
        yield f"busy before it began: load {load:.2g} on {cores} cores"
    events = [machine.get(f"throttle_events_{when}") for when in ("before", "after")]
    if None not in events and events[0] != events[1]:
        yield "the processor was slowed down by its heat meanwhile"
    for gpu in _gpus(machine):
        for when in ("before", "after"):
            for reason in gpu.get(when, {}).get("throttled", []):
                yield f"{gpu.get('name')} slowed by its {reason} ({when})"
    if (machine.get("commit") or {}).get("dirty"):
        yield "files differed from the commit"

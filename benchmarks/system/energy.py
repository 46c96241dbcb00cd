"""Energy counters: NVML for a CUDA device, RAPL for the processor, where they exist."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

POWERCAP = Path("/sys/class/powercap")
SECONDS = 2.0
"""Duration of back-to-back calls: the counters are updated only 10 to 100 times a second."""


@dataclass(frozen=True)
class Meter:
    """A counter of joules with an arbitrary zero, which wraps around at ``wrap`` (0 = never)."""

    source: str
    read: Callable[[], float]
    wrap: float = 0.0

    def since(self, before: float) -> float:
        """Joules since an earlier reading, assuming at most one wrap-around."""
        joules = self.read() - before
        return joules + self.wrap if joules < 0 else joules


def meters(device: "torch.device | None") -> list[Meter]:
    """The counters for calls on the device; empty where none can be read."""
    if device is not None and device.type == "cuda":
        meter = _nvml(device)
        return [meter] if meter else []
    return _rapl(POWERCAP)


def joules_per_call(call: Callable[[], object], counters: list[Meter]) -> float | None:
    """Joules of one call, averaged over ``SECONDS`` of back-to-back calls.

    They are those of the whole package or board, including other programs. None where there is no
    counter, or none advanced.
    """
    if not counters:
        return None
    before = [counter.read() for counter in counters]
    began, calls = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        call()
        calls += 1
    used = sum(counter.since(reading) for counter, reading in zip(counters, before, strict=True))
    return used / calls if used > 0 else None


def _rapl(folder: Path) -> list[Meter]:
    """One counter for each processor package (``intel-rapl:0``; its parts are ``intel-rapl:0:0``).

    The same driver serves AMD. Since 2020 only root may read it (PLATYPUS attack).
    """
    counters = []
    for package in sorted(folder.glob("intel-rapl:[0-9]*")):
        if package.name.count(":") != 1:
            continue
        counter = package / "energy_uj"
        try:
            _microjoules(counter)
            wrap = _microjoules(package / "max_energy_range_uj")
        except (OSError, ValueError):
            continue
        counters.append(Meter("rapl", partial(_microjoules, counter), wrap))
    return counters


def _microjoules(path: Path) -> float:
    return int(path.read_text(encoding="ascii")) / 1e6


def _nvml(device: "torch.device") -> Meter | None:
    """The board's counter since the driver was loaded (Volta or newer)."""
    try:
        import pynvml  # type: ignore[import-untyped]
    except ImportError:
        return None
    import torch

    try:
        pynvml.nvmlInit()
        # By UUID: NVML ignores CUDA_VISIBLE_DEVICES.
        uuid = str(torch.cuda.get_device_properties(device).uuid)
        handle: Any = pynvml.nvmlDeviceGetHandleByUUID(f"GPU-{uuid.removeprefix('GPU-')}".encode())
        pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)
    except (pynvml.NVMLError, AttributeError):
        return None
    return Meter("nvml", lambda: pynvml.nvmlDeviceGetTotalEnergyConsumption(handle) / 1000)

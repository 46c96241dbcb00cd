"""Energy counters: NVML for a CUDA device, RAPL for the processor. What is not there is absent."""

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
"""Of calls one after the other: the counters move only some 10 to 100 times a second."""


@dataclass(frozen=True)
class Meter:
    """A counter of joules since some moment, which wraps around at ``wrap`` (0 = never)."""

    source: str
    read: Callable[[], float]
    wrap: float = 0.0

    def since(self, before: float) -> float:
        """Joules since an earlier reading; a counter that wrapped did so once."""
        joules = self.read() - before
        return joules + self.wrap if joules < 0 else joules


def meters(device: "torch.device | None") -> list[Meter]:
    """The counters of what a call on the device uses; none where none can be read."""
    if device is not None and device.type == "cuda":
        meter = _nvml(device)
        return [meter] if meter else []
    return _rapl(POWERCAP)


def joules_per_call(call: Callable[[], object], counters: list[Meter]) -> float | None:
    """Joules of one call, from ``SECONDS`` of calls one after the other.

    Of the whole package or board, whatever else runs on it. None where no counter is there, or
    none of them moved.
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
    """One counter a processor package (``intel-rapl:0``; its parts are ``intel-rapl:0:0``).

    On AMD the same driver answers. Since 2020 kernels let only root read it (PLATYPUS).
    """
    found = []
    for package in sorted(folder.glob("intel-rapl:[0-9]*")):
        if package.name.count(":") != 1:
            continue
        counter = package / "energy_uj"
        try:
            _microjoules(counter)
            wrap = _microjoules(package / "max_energy_range_uj")
        except (OSError, ValueError):
            continue
        found.append(Meter("rapl", partial(_microjoules, counter), wrap))
    return found


def _microjoules(path: Path) -> float:
    return int(path.read_text(encoding="ascii")) / 1e6


def _nvml(device: "torch.device") -> Meter | None:
    """The board's counter since the driver was loaded (Volta and newer)."""
    try:
        import pynvml  # type: ignore[import-untyped]
    except ImportError:
        return None
    import torch

    try:
        pynvml.nvmlInit()
        # By its UUID: NVML does not know of CUDA_VISIBLE_DEVICES.
        uuid = str(torch.cuda.get_device_properties(device).uuid)
        handle: Any = pynvml.nvmlDeviceGetHandleByUUID(f"GPU-{uuid.removeprefix('GPU-')}".encode())
        pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)
    except (pynvml.NVMLError, AttributeError):
        return None
    return Meter("nvml", lambda: pynvml.nvmlDeviceGetTotalEnergyConsumption(handle) / 1000)

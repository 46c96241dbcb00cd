"""The processor and its memory. What the system does not report is left out."""

import os
import platform
from pathlib import Path
from typing import Any

import psutil

from fer.process import available_cores

# They decide which kernels oneDNN and MKL choose; ``hypervisor`` marks a virtual machine.
_X86 = "avx avx2 fma f16c avx_vnni amx_tile amx_bf16 amx_fp16 amx_int8 hypervisor"
_ARM = "asimd asimdhp asimddp bf16 i8mm sve sve2 svebf16 sme"


def _relevant(flag: str) -> bool:
    return flag in {*_X86.split(), *_ARM.split()} or flag.startswith("avx512")


_CPU = "sys/devices/system/cpu"


def processor(root: Path = Path("/")) -> dict[str, Any]:
    """Name, family, relevant flags, cores, threads, clocks (Hz), governor and caches (bytes).

    Args:
        root: folder that holds ``proc`` and ``sys``.
    """
    info = _cpuinfo(root)
    flags = set((info.get("flags") or info.get("Features") or "").split())
    model = [info.get(key) for key in ("cpu family", "model", "stepping")]
    governors = _each(root, "cpufreq/scaling_governor")
    physical, logical = psutil.cpu_count(logical=False), psutil.cpu_count()
    properties = {
        "name": info.get("model name") or platform.processor() or None,
        "vendor": info.get("vendor_id") or info.get("CPU implementer"),
        "model": "-".join(map(str, model)) if all(model) else None,
        "microcode": info.get("microcode"),
        "architecture": platform.machine() or None,
        "flags": sorted(filter(_relevant, flags)) or None,
        "cores": physical,
        "threads": logical,
        "available": available_cores(),
        "governor": ",".join(sorted(set(governors))) or None,
        "clock_hz": _clocks(),
        "cache_bytes": _caches(root) or None,
    }
    return {key: value for key, value in properties.items() if value is not None}


def memory() -> dict[str, Any]:
    """Bytes of the machine's memory, total and available."""
    usage = psutil.virtual_memory()
    return {"total_bytes": usage.total, "available_bytes": usage.available}


def load() -> float | None:
    """Load average of the last minute: processes that ran or waited to run."""
    try:
        return os.getloadavg()[0]
    except (OSError, AttributeError):
        return None


def throttle_events(root: Path = Path("/")) -> int | None:
    """Number of thermal throttling events of all cores since the machine started."""
    counts = _each(root, "thermal_throttle/core_throttle_count")
    return sum(map(int, counts)) if counts else None


def _cpuinfo(root: Path) -> dict[str, str]:
    """The first processor's lines of ``/proc/cpuinfo``."""
    try:
        text = (root / "proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    lines = text.split("\n\n", 1)[0].splitlines()
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {key.strip(): value.strip() for key, _, value in pairs}


def _each(root: Path, name: str) -> list[str]:
    """The content of a file that each core has."""
    contents = []
    for path in sorted((root / _CPU).glob(f"cpu[0-9]*/{name}")):
        try:
            contents.append(path.read_text(encoding="ascii").strip())
        except (OSError, UnicodeDecodeError):
            continue
    return contents


def _clocks() -> dict[str, float] | None:
    try:
        frequency = psutil.cpu_freq()
    except (OSError, NotImplementedError, AttributeError):
        return None
    if frequency is None:
        return None
    # In MHz; 0 where the system does not know a limit.
    clocks = {"now": frequency.current, "least": frequency.min, "most": frequency.max}
    return {key: value * 1e6 for key, value in clocks.items() if value} or None


def _caches(root: Path) -> dict[str, int]:
    """Bytes of each level of the first core's data caches."""
    caches = {}
    for folder in sorted((root / _CPU / "cpu0/cache").glob("index*")):
        try:
            kind, level, size = (
                (folder / name).read_text(encoding="ascii").strip()
                for name in ("type", "level", "size")
            )
        except (OSError, UnicodeDecodeError):
            continue
        if kind != "Instruction" and size.endswith("K") and size[:-1].isdigit():
            caches[f"L{level}"] = int(size[:-1]) * 1024
    return caches

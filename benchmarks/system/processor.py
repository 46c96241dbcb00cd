"""The processor and its memory, as far as the system tells. What it does not tell is left out."""

import os
import platform
from pathlib import Path
from typing import Any

import psutil

from fer.process import available_cores

# What decides which kernels oneDNN and MKL pick, and whether this is a virtual machine.
_X86 = "avx avx2 fma f16c avx_vnni amx_tile amx_bf16 amx_fp16 amx_int8 hypervisor"
_ARM = "asimd asimdhp asimddp bf16 i8mm sve sve2 svebf16 sme"


def _relevant(flag: str) -> bool:
    return flag in {*_X86.split(), *_ARM.split()} or flag.startswith("avx512")


_CPU = "sys/devices/system/cpu"


def processor(root: Path = Path("/")) -> dict[str, Any]:
    """Name, family, relevant flags, cores, threads, clocks (Hz), governor and caches (bytes).

    Args:
        root: where ``proc`` and ``sys`` are found.
    """
    info = _cpuinfo(root)
    flags = set((info.get("flags") or info.get("Features") or "").split())
    model = [info.get(key) for key in ("cpu family", "model", "stepping")]
    governors = _each(root, "cpufreq/scaling_governor")
    physical, logical = psutil.cpu_count(logical=False), psutil.cpu_count()
    found = {
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
    return {key: value for key, value in found.items() if value is not None}


def memory() -> dict[str, Any]:
    """Bytes of the machine's memory, and of what is free to use now."""
    seen = psutil.virtual_memory()
    return {"total_bytes": seen.total, "available_bytes": seen.available}


def load() -> float | None:
    """Processes that ran or waited to, on average over the last minute."""
    try:
        return os.getloadavg()[0]
    except (OSError, AttributeError):
        return None


def throttle_events(root: Path = Path("/")) -> int | None:
    """How often cores have slowed down because of their heat since the start of the machine."""
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
    """A file of each core."""
    found = []
    for path in sorted((root / _CPU).glob(f"cpu[0-9]*/{name}")):
        try:
            found.append(path.read_text(encoding="ascii").strip())
        except (OSError, UnicodeDecodeError):
            continue
    return found


def _clocks() -> dict[str, float] | None:
    try:
        seen = psutil.cpu_freq()
    except (OSError, NotImplementedError, AttributeError):
        return None
    if seen is None:
        return None
    # In MHz; a system that does not know the limits says 0.
    clocks = {"now": seen.current, "least": seen.min, "most": seen.max}
    return {key: value * 1e6 for key, value in clocks.items() if value} or None


def _caches(root: Path) -> dict[str, int]:
    """Bytes of each level of the first core's data caches."""
    found = {}
    for folder in sorted((root / _CPU / "cpu0/cache").glob("index*")):
        try:
            kind, level, size = (
                (folder / name).read_text(encoding="ascii").strip()
                for name in ("type", "level", "size")
            )
        except (OSError, UnicodeDecodeError):
            continue
        if kind != "Instruction" and size.endswith("K") and size[:-1].isdigit():
            found[f"L{level}"] = int(size[:-1]) * 1024
    return found

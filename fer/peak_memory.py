"""Peak resident memory of a process since a reset, as the kernel counts it (Linux)."""

from pathlib import Path


def reset_peak() -> bool:
    """Reset this process's peak resident memory; False where the system cannot."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def high_water_mark(process: str) -> int | None:
    """Peak resident bytes of a process by its id; None where it has ended or is not reported."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None

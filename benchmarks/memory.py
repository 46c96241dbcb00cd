"""Peak memory of the timing process and what it started, as the kernel counts it."""

from pathlib import Path

import psutil

SELF = Path("/proc/self")


def reset_peak() -> bool:
    """Forget this process's peak resident memory so far; False where the system cannot."""
    try:
        (SELF / "clear_refs").write_text("5")
    except OSError:
        return False
    return True


def peak_resident() -> int | None:
    """Peak resident bytes since ``reset_peak``: this process's, and those of its living children.

    Pages that two processes share are counted twice, so the truth is a little lower. None where
    the system does not say.
    """
    own = high_water_mark("self")
    if own is None:
        return None
    children = psutil.Process().children(recursive=True)
    return own + sum(high_water_mark(str(child.pid)) or 0 for child in children)


def high_water_mark(process: str) -> int | None:
    """Peak resident bytes of a process by its id; None where it is gone or nobody says."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    for line in lines.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None


def out_of_memory_kills() -> int:
    """How many processes the kernel has killed for memory in this control group, where it says."""
    try:
        lines = Path("/sys/fs/cgroup/memory.events").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


def offer_to_the_kernel() -> None:
    """Be the process that the kernel ends first when memory runs out, and not its parent."""
    try:
        (SELF / "oom_score_adj").write_text("1000")
    except OSError:
        return  # no Linux: there is nothing of the kind


def ran_out(error: BaseException) -> bool:
    """Whether an error says that there was not enough memory, on the device or the host."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    # torch's CPU allocator raises a plain RuntimeError.
    text = str(error).lower()
    return isinstance(error, RuntimeError) and (
        "can't allocate memory" in text or "not enough memory" in text or "out of memory" in text
    )

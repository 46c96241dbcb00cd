"""Peak memory of the timing process and what it started, as the kernel counts it."""

from collections.abc import Iterator
from contextlib import contextmanager
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


def out_of_memory_kills(root: Path = Path("/")) -> int:
    """How many processes the kernel has killed for memory so far; 0 where it does not say.

    In this control group (version 2), else on the whole machine.
    """
    for name in ("sys/fs/cgroup/memory.events", "proc/vmstat"):
        try:
            lines = (root / name).read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0


@contextmanager
def kills_told_as_memory() -> Iterator[None]:
    """What fails because the kernel killed a process for its memory raises ``MemoryError``.

    Raises:
        MemoryError: in place of the RuntimeError that tells of the death.
    """
    before = out_of_memory_kills()
    try:
        yield
    except RuntimeError as error:
        if out_of_memory_kills() > before:
            raise MemoryError(f"the kernel killed a process: {error}") from error
        raise


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
    text = str(error).lower()
    # ONNX Runtime's errors have no type that says so, and no common one.
    if "failed to allocate memory" in text:
        return True
    # torch's CPU allocator raises a plain RuntimeError.
    return isinstance(error, RuntimeError) and (
        "can't allocate memory" in text or "not enough memory" in text or "out of memory" in text
    )

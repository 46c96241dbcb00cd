"""Out of memory: which errors mean it, and which process the kernel kills for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fer.cgroup import out_of_memory_kills


@contextmanager
def kills_as_memory_error() -> Iterator[None]:
    """Raise ``MemoryError`` for a failure that comes from an out-of-memory kill.

    Raises:
        MemoryError: in place of the RuntimeError that reports the death of a process.
    """
    before = out_of_memory_kills()
    try:
        yield
    except RuntimeError as error:
        if out_of_memory_kills() > before:
            raise MemoryError(f"the kernel killed a process: {error}") from error
        raise


def become_oom_victim() -> None:
    """Make this process, rather than its parent, the first that the kernel kills for memory."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError:
        return  # only Linux has this


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error reports a lack of memory, on the device or the host."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error).lower()
    # ONNX Runtime's errors share no type.
    if "failed to allocate memory" in text:
        return True
    # torch's CPU allocator raises a plain RuntimeError.
    return isinstance(error, RuntimeError) and (
        "can't allocate memory" in text or "not enough memory" in text or "out of memory" in text
    )

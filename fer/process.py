"""Start-up settings of a training process: glibc's allocator, and the number of threads."""

import os
import platform
import sys
from collections.abc import MutableMapping
from typing import NoReturn

# The activations of a batch are tens of megabytes each. By default glibc returns such blocks to the
# kernel on every free, and each step faults all of their pages in again. Retained, on huge pages:
# 1,031 -> 1,394 training images/s in bf16 with two threads on two Zen 4 cores, and 1,178 -> 1,613
# with two processes of one thread (benchmarks/results: allocator/plain.json, zen4-2-cores.json).
_GLIBC_TUNABLES = (
    "glibc.malloc.hugetlb=1"
    ":glibc.malloc.mmap_threshold=4000000000"
    ":glibc.malloc.trim_threshold=16000000000"
)


def available_cores() -> int:
    """The number of cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def training_environment(threads: int) -> dict[str, str]:
    """The environment for a child process that trains with ``threads`` threads."""
    environment = dict(os.environ)
    environment["OMP_NUM_THREADS"] = str(threads)
    _set_allocator(environment)
    return environment


def restart_with_training_memory() -> None:
    """Execute this process again with glibc's allocator set for training.

    glibc reads its tunables once, before ``main``. Does nothing with another C library, where the
    user has set tunables, or the second time. Call it before any heavy import.
    """
    environment = dict(os.environ)
    if not _set_allocator(environment):
        return
    arguments = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, arguments, environment)


def _set_allocator(environment: MutableMapping[str, str]) -> bool:
    if platform.libc_ver()[0] != "glibc" or "GLIBC_TUNABLES" in environment:
        return False
    environment["GLIBC_TUNABLES"] = _GLIBC_TUNABLES
    return True


def end_process(status: int) -> NoReturn:
    """End this process at once, without Python's teardown of torch.

    On a busy machine that took a stopped worker 6 to 14 s, when all of its work was done.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def processor(device: object) -> str:
    """The name of the processor behind a ``torch.device``."""
    import torch

    if getattr(device, "type", "cpu") == "cuda":
        return torch.cuda.get_device_name(device)  # type: ignore[arg-type]
    return str(torch.cpu.get_capabilities().get("cpu_name") or platform.processor())

"""The machine's peaks: FLOP/s of convolutions and matrix products, and copy bandwidth.

A peak is the best sample of the best shape; all samples are kept. As in STREAM (McCalpin 1995), a
copy counts what it reads and what it writes, and is several times larger than the caches.
``python -m benchmarks.system.peaks`` prints this machine's.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.cases.case import Absent, PreparedCase
from benchmarks.cases.workload import PRECISIONS, open_device, set_precision
from benchmarks.system.processor import memory, processor
from benchmarks.timing.interleave import time_interleaved
from benchmarks.timing.limits import TimingLimits
from fer.process import available_cores, training_environment

if TYPE_CHECKING:
    import torch

LIMITS = TimingLimits(seconds=0.3, least_rounds=5, most_rounds=60, warmup_seconds=0.5)
TIMEOUT_SECONDS = 300
COPY_BYTES = {"cpu": 64 << 20, "cuda": 1 << 30}
"""Smallest size of a copy; on a CPU with large caches it is four times theirs."""


@dataclass(frozen=True)
class Sizes:
    """Shapes to try: sides of square matrices, and (batch, channels, side) of 3×3 convolutions."""

    matrices: tuple[int, ...]
    convolutions: tuple[tuple[int, int, int], ...]
    copy_bytes: int


def sizes_for(device: str) -> Sizes:
    """Large enough to reach the device's peak, small enough to take half a second."""
    if device == "cuda":
        return Sizes((4096, 8192), ((512, 128, 24), (256, 256, 48)), COPY_BYTES["cuda"])
    caches = processor().get("cache_bytes", {})
    wanted = max(COPY_BYTES["cpu"], 4 * max(caches.values(), default=0))
    # Two buffers, and memory left for others.
    fits = memory()["available_bytes"] // 8
    return Sizes((1024, 2048), ((16, 64, 24), (16, 256, 12)), min(wanted, fits))


def machine_peaks() -> list[dict[str, Any]]:
    """The peaks of the CPU with one and with all threads, and of CUDA, in each precision.

    Each entry has ``device``, ``threads``, ``precision``, and ``matmul_flops``, ``conv_flops``
    (FLOP/s) and ``copy_bytes`` (bytes/s), each with its ``value``, ``seconds`` (raw samples),
    ``shape`` and ``work`` of one sample; or ``absent``, the reason. They are measured in separate
    processes, about 10 seconds each.
    """
    entries: list[dict[str, Any]] = []
    for threads in sorted({1, available_cores()}):
        entries += _in_own_process("cpu", threads)
    return entries + _in_own_process("cuda", available_cores())


def device_peaks(device: str, threads: int, sizes: Sizes) -> list[dict[str, Any]]:
    """The peaks of a device in this process, whose number of threads is set by now."""
    entries = []
    for precision in PRECISIONS:
        entry: dict[str, Any] = {"device": device, "threads": threads, "precision": precision}
        try:
            torch_device = open_device(device)
            set_precision(precision, torch_device)
        except Absent as reason:
            entries.append({**entry, "absent": str(reason)})
            continue
        entries.append({**entry, **_peaks(torch_device, precision, sizes)})
    return entries


def _peaks(device: "torch.device", precision: str, sizes: Sizes) -> dict[str, Any]:
    """The best sample of each kind; a kind that the device cannot compute is left out."""
    import torch

    probes = [
        *(_matmul(device, precision, side) for side in sizes.matrices),
        *(_conv(device, precision, shape) for shape in sizes.convolutions),
        _copy(device, precision, sizes.copy_bytes),
    ]
    with torch.inference_mode():
        timed = time_interleaved([_prepare(device, probe) for probe in probes], LIMITS)
    best: dict[str, Any] = {}
    for probe, samples in zip(probes, timed, strict=True):
        seconds = samples.device_seconds or samples.seconds
        if not seconds:
            continue
        value = probe.work / min(seconds)
        if value > best.get(probe.kind, {}).get("value", 0):
            best[probe.kind] = {
                "value": value,
                "shape": list(probe.shape),
                "work": probe.work,
                "seconds": list(seconds),
            }
    return best


@dataclass(frozen=True)
class _Probe:
    kind: str
    shape: tuple[int, ...]
    work: int
    call: Callable[[], object]


def _prepare(device: "torch.device", probe: _Probe) -> PreparedCase:
    return PreparedCase(call=probe.call, items=1, unit="calls", device=device)


def _dtype(precision: str) -> "torch.dtype":
    import torch

    half = {"bf16": torch.bfloat16, "fp16": torch.float16}
    return half.get(precision, torch.float32)


def _matmul(device: "torch.device", precision: str, side: int) -> _Probe:
    import torch

    left, right, out = (
        torch.randn(side, side, device=device).to(_dtype(precision)) for _ in range(3)
    )
    return _Probe(
        "matmul_flops", (side, side, side), 2 * side**3, lambda: torch.mm(left, right, out=out)
    )


def _conv(device: "torch.device", precision: str, shape: tuple[int, int, int]) -> _Probe:
    import torch
    import torch.nn.functional as F

    batch, channels, side = shape
    layout = torch.channels_last
    images = torch.randn(batch, channels, side, side, device=device).to(_dtype(precision))
    images = images.to(memory_format=layout)
    weights = torch.randn(channels, channels, 3, 3, device=device).to(_dtype(precision))
    weights = weights.to(memory_format=layout)
    work = 2 * 9 * channels * channels * side * side * batch
    return _Probe("conv_flops", shape, work, lambda: F.conv2d(images, weights, padding=1))


def _copy(device: "torch.device", precision: str, size: int) -> _Probe:
    import torch

    kind = _dtype(precision)
    count = max(1, size // kind.itemsize)
    source, target = (torch.ones(count, dtype=kind, device=device) for _ in range(2))
    return _Probe("copy_bytes", (count,), 2 * count * kind.itemsize, lambda: target.copy_(source))


def _in_own_process(device: str, threads: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "benchmarks.system.peaks", device, str(threads)]
    try:
        answer = subprocess.run(
            command,
            env=training_environment(threads),
            check=True,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.SubprocessError as error:
        reason = f"the process that measured them failed: {type(error).__name__}"
        return [
            {"device": device, "threads": threads, "precision": precision, "absent": reason}
            for precision in PRECISIONS
        ]
    entries: list[dict[str, Any]] = json.loads(answer.stdout)
    return entries


def main(arguments: list[str]) -> None:
    """Print the peaks as JSON: of a device with a number of threads, or of the machine."""
    if not arguments:
        print(json.dumps(machine_peaks(), indent=1))
        return
    import torch

    device, threads = arguments[0], int(arguments[1])
    torch.set_num_threads(threads)
    print(json.dumps(device_peaks(device, threads, sizes_for(device))))


if __name__ == "__main__":
    main(sys.argv[1:])

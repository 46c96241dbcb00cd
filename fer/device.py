"""Devices and precisions."""

import contextlib
from contextlib import AbstractContextManager

import torch

from fer.errors import BadInput
from fer.process import processor
from fer.wording import counted

_HALVES = {"bf16": torch.bfloat16, "fp16": torch.float16}


def choose_device(name: str) -> torch.device:
    """``auto`` (CUDA if available, else CPU), ``cpu``, ``cuda`` or ``cuda:N``.

    Raises:
        BadInput: an unknown name, or a CUDA device that the machine does not have.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise BadInput(f"--device {name}: expected auto, cpu, cuda or cuda:N") from error
    if device.type not in ("cpu", "cuda"):
        raise BadInput(f"--device {name}: expected auto, cpu, cuda or cuda:N")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise BadInput(
            f"--device {name}: this machine has {counted(torch.cuda.device_count(), 'CUDA device')}"
        )
    return device


def native_bf16(device: torch.device) -> bool:
    """Whether the device has bf16 instructions, and computes faster with them than in fp32.

    Intel's AVX512-BF16 without AMX (as on virtual machines that hide AMX) is slower than fp32.
    """
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    capabilities = torch.cpu.get_capabilities()
    if capabilities.get("amx_bf16"):
        return True
    return bool(capabilities.get("avx512_bf16")) and "Intel" not in processor(device)


def precision(device: torch.device) -> str:
    """``bf16`` where it is native and faster, else ``fp32``."""
    return "bf16" if native_bf16(device) else "fp32"


def autocast(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """Autocast to ``bf16`` or ``fp16``; a null context for ``fp32``."""
    if precision not in _HALVES:
        return contextlib.nullcontext()
    # Each weight is used once a step, so caching its half-precision copy saves nothing, and a copy
    # cached in one CUDA graph must not be used by the next.
    return torch.autocast(device.type, _HALVES[precision], cache_enabled=False)

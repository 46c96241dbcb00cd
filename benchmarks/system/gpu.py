"""CUDA devices: properties from torch, state from NVML."""

import hashlib
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

REASONS = {
    0x004: "power cap",
    0x008: "hardware slowdown",
    0x020: "heat (software)",
    0x040: "heat (hardware)",
    0x080: "power brake",
}
"""The bits of NVML's ``nvmlClocksEventReason`` that mean throttling."""


def gpus() -> list[dict[str, Any]]:
    """The CUDA devices that torch sees, in its order.

    Each has its name, capability, memory and multiprocessors, ``unit`` (a hash of its UUID, which
    distinguishes boards of one model), and, with NVML, driver, clocks (Hz), power cap (watts) and
    state. What cannot be read is left out.
    """
    import torch

    if not torch.cuda.is_available():
        return []
    return [_gpu(torch, index) for index in range(torch.cuda.device_count())]


def states() -> list[dict[str, Any]]:
    """The current state of each device: temperature, clocks, power, and reasons of throttling."""
    import torch

    if not torch.cuda.is_available():
        return []
    return [state(_handle(uuid)) for uuid in map(_uuid, _properties(torch))]


def state_of(device: "torch.device | None") -> dict[str, Any]:
    """The current state of one CUDA device."""
    import torch

    return state(_handle(_uuid(torch.cuda.get_device_properties(device))))


def _properties(torch: Any) -> list[Any]:
    return [torch.cuda.get_device_properties(index) for index in range(torch.cuda.device_count())]


def _gpu(torch: Any, index: int) -> dict[str, Any]:
    properties = torch.cuda.get_device_properties(index)
    uuid = _uuid(properties)
    device: dict[str, Any] = {
        "name": properties.name,
        "capability": f"{properties.major}.{properties.minor}",
        "memory_bytes": properties.total_memory,
        "multiprocessors": properties.multi_processor_count,
    }
    if uuid:
        # The UUID itself is private to the user, and recordings are shared.
        device["unit"] = hashlib.sha256(uuid.encode()).hexdigest()[:12]
    handle = _handle(uuid)
    return device | _board(handle) | {"before": state(handle)}


def _uuid(properties: Any) -> str | None:
    uuid = getattr(properties, "uuid", None)
    return None if uuid is None else f"GPU-{str(uuid).removeprefix('GPU-')}"


def _handle(uuid: str | None) -> tuple[Any, Any] | None:
    """NVML and its handle of a device; by UUID, as NVML ignores CUDA_VISIBLE_DEVICES."""
    try:
        pynvml = import_module("pynvml")
    except ImportError:
        return None
    if uuid is None:
        return None
    try:
        pynvml.nvmlInit()
        return pynvml, pynvml.nvmlDeviceGetHandleByUUID(uuid)
    except pynvml.NVMLError:
        return None


def _board(device: tuple[Any, Any] | None) -> dict[str, Any]:
    if device is None:
        return {}
    nvml, handle = device
    return _answers(
        nvml,
        {
            "driver": nvml.nvmlSystemGetDriverVersion,
            "power_cap_watts": lambda: nvml.nvmlDeviceGetEnforcedPowerLimit(handle) / 1000,
            "sm_clock_most_hz": lambda: (
                nvml.nvmlDeviceGetMaxClockInfo(handle, nvml.NVML_CLOCK_SM) * 10**6
            ),
            "memory_clock_most_hz": lambda: (
                nvml.nvmlDeviceGetMaxClockInfo(handle, nvml.NVML_CLOCK_MEM) * 10**6
            ),
            "persistence": lambda: bool(nvml.nvmlDeviceGetPersistenceMode(handle)),
            "ecc": lambda: bool(nvml.nvmlDeviceGetCurrentEccMode(handle)[0]),
        },
    )


def state(device: tuple[Any, Any] | None) -> dict[str, Any]:
    """A device's temperature (°C), clocks (Hz), power (watts), utilisation (%) and throttling.

    Args:
        device: NVML and its handle of the device; None returns an empty state.
    """
    if device is None:
        return {}
    nvml, handle = device

    def throttled() -> list[str]:
        bits = nvml.nvmlDeviceGetCurrentClocksEventReasons(handle)
        return [reason for bit, reason in REASONS.items() if bits & bit]

    return _answers(
        nvml,
        {
            "temperature_celsius": lambda: nvml.nvmlDeviceGetTemperature(
                handle, nvml.NVML_TEMPERATURE_GPU
            ),
            "sm_clock_hz": lambda: nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_SM) * 10**6,
            "memory_clock_hz": lambda: (
                nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_MEM) * 10**6
            ),
            "power_watts": lambda: nvml.nvmlDeviceGetPowerUsage(handle) / 1000,
            "use_percent": lambda: nvml.nvmlDeviceGetUtilizationRates(handle).gpu,
            "throttled": throttled,
        },
    )


def _answers(nvml: Any, questions: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    """NVML's answers; what a board or driver does not support is left out."""
    answers = {}
    for name, ask in questions.items():
        try:
            answers[name] = ask()
        except nvml.NVMLError:
            continue
    return answers

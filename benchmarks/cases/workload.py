"""The workload: one recipe, and faces of random noise, which take as long as real ones."""

import math
from typing import TYPE_CHECKING

from benchmarks.cases.case import Absent

if TYPE_CHECKING:
    import torch

    from fer.recipe import Recipe
    from fer.training.data import DeviceDataset

WIDTHS = "32-64-128-256"
PRECISIONS = ("fp32", "tf32", "bf16", "fp16")


def recipe(batch: int, network: str = "published") -> "Recipe":
    """A network of a family with everything that costs time: EMA, schedule, augmentation."""
    from fer.recipe import Recipe

    return Recipe(
        network=network,
        batch_size=batch,
        optimiser="adamw",
        schedule="one_cycle",
        label_smoothing=0.1,
        ema=0.995,
    )


def noise(count: int, device: "torch.device") -> "DeviceDataset":
    """Random images and labels on the device, the same on every machine."""
    import torch

    from fer.training.data import DeviceDataset

    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (count, 48, 48), dtype=torch.uint8, generator=draw)
    labels = torch.randint(0, 3, (count,), generator=draw)
    return DeviceDataset(images.to(device), labels.to(device))


def open_device(name: str) -> "torch.device":
    """The device of a case.

    Raises:
        Absent: the machine does not have it.
    """
    import torch

    if name == "cuda" and not torch.cuda.is_available():
        raise Absent("no CUDA device")
    return torch.device(name)


def set_precision(precision: str, device: "torch.device") -> str:
    """Set the process's precision; returns the word that ``fer.device.autocast`` takes.

    ``tf32`` is fp32 whose products CUDA's tensor cores compute with 10 bits of fraction.

    Raises:
        Absent: the device has no hardware for it.
    """
    import torch

    from fer.device import native_bf16

    if device.type == "cuda":
        capability = torch.cuda.get_device_capability(device)
        if precision in ("tf32", "bf16") and capability < (8, 0):
            raise Absent(f"no {precision} before compute capability 8.0: this is {capability}")
        torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
        torch.backends.cudnn.allow_tf32 = precision == "tf32"
    elif precision == "tf32":
        raise Absent("tf32 exists on CUDA devices only")
    elif precision == "bf16" and not native_bf16(device):
        raise Absent("no bf16 that is faster than fp32 on this processor")
    elif precision == "fp16" and not torch.cpu.get_capabilities().get("amx_fp16"):
        raise Absent("no fp16 matrix unit on this processor")
    return "fp32" if precision == "tf32" else precision


def need_compiler() -> None:
    """Check for a compiler: ``torch.compile`` writes C++ for the CPU, and Triton a launcher in C.

    Raises:
        Absent: there is no compiler.
    """
    import os
    import shutil

    if not any(map(shutil.which, (os.environ.get("CXX", "g++"), "clang++", "gcc"))):
        raise Absent("no C++ compiler for torch.compile")


def batches_for(images: int, batch: int) -> int:
    """Number of batches in a call that processes about so many images; at least one."""
    return max(1, math.ceil(images / batch))

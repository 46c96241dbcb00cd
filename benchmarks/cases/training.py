"""Training: steps as ``fer train`` takes them, evaluation and checkpoints left out."""

from functools import partial

from benchmarks.case import Absent, Case, Work
from benchmarks.cases.workload import (
    batches_for,
    need_compiler,
    noise,
    open_device,
    recipe,
    set_precision,
)

BATCHES = (32, 64, 128, 256, 512, 1024, 2048)
IMAGES = {"cpu": 256, "cuda": 16_384}
"""About so many images a call: on CUDA a step of 32 takes less than a launch of Python's."""


def case(
    *,
    device: str = "cpu",
    precision: str = "fp32",
    batch: int = 128,
    layout: str = "channels_last",
    mode: str = "eager",
    processes: str = "one",
    rivals: str | None = None,
) -> Case:
    """One case; ``processes`` is ``one`` with all cores, or ``one_a_core``."""
    setup = partial(set_up, device, precision, batch, layout, mode)
    if processes == "one_a_core":
        from benchmarks.crowd import set_up_crowd

        setup = partial(set_up_crowd, setup)
    params: dict[str, str | int] = {
        "device": device,
        "precision": precision,
        "batch": batch,
        "layout": layout,
        "mode": mode,
        "processes": processes,
    }
    threads = 1 if processes == "one_a_core" else None
    return Case("training", params, setup, rivals, threads)


def set_up(device: str, precision: str, batch: int, layout: str, mode: str) -> Work:
    """Some steps of an epoch, from the order of the faces to the averaged weights."""
    import torch

    from fer.training.loop import train_epoch
    from fer.training.state import State

    where = open_device(device)
    autocast = set_precision(precision, where)
    steps = batches_for(IMAGES[device], batch)
    state = State(recipe(batch), "", where)
    state.precision = autocast
    if layout == "contiguous":
        state.network.to(memory_format=torch.contiguous_format)
    faces = noise(steps * batch, where)
    return Work(
        call=lambda: train_epoch(state, faces, steps, None),
        items=steps * batch,
        unit="images",
        device=where,
        precision=precision,
    )


def cases() -> list[Case]:
    return [case()]

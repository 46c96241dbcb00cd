"""Training: steps as ``fer train`` takes them; evaluation is left out.

``fp16`` is timed without loss scaling, which the product does not have: that would cost one more
pass over the gradients.
"""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.cases.case import Case, Work
from benchmarks.cases.workload import (
    PRECISIONS,
    batches_for,
    need_compiler,
    noise,
    open_device,
    recipe,
    set_precision,
)
from benchmarks.recordings.recording import EPOCH
from benchmarks.timing.process_group import set_up_crowd

if TYPE_CHECKING:
    import torch

    from fer.training.data import Batchable
    from fer.training.state import State

BATCHES = (32, 64, 128, 256, 512, 1024, 2048)
IMAGES = {"cpu": 256, "cuda": 8192}
"""About so many images a call: on CUDA a step of 32 takes less than a launch of Python's."""

PHASE_STEPS = 5
"""Steps whose parts are timed, after one that is not."""
PHASE_SECONDS = 10.0
"""After which no further step's parts are timed."""


def cases() -> list[Case]:
    """Every factor around batch 128, and every batch size in each precision."""
    found = [case(batch=batch, precision=p) for p in ("fp32", "bf16") for batch in BATCHES]
    found += [case(layout="contiguous"), case(mode="compiled")]
    found += [case(precision=p, processes="one_a_core") for p in ("fp32", "bf16")]
    for precision in PRECISIONS:
        for batch in BATCHES:
            for mode in ("eager", "graph"):
                found.append(case(device="cuda", precision=precision, batch=batch, mode=mode))
    for batch in (128, 1024):
        for mode in ("eager", "graph"):
            found.append(
                case(device="cuda", precision="bf16", batch=batch, layout="contiguous", mode=mode)
            )
        found.append(case(device="cuda", precision="bf16", batch=batch, mode="compiled"))
    return found


def quick() -> list[Case]:
    """One glance at each device."""
    return [
        case(),
        case(precision="bf16"),
        case(precision="bf16", processes="one_a_core"),
        case(device="cuda", precision="bf16"),
        case(device="cuda", precision="bf16", mode="graph"),
    ]


def case(
    *,
    device: str = "cpu",
    precision: str = "fp32",
    batch: int = 128,
    layout: str = "channels_last",
    mode: str = "eager",
    processes: str = "one",
) -> Case:
    """One case; ``processes`` is ``one`` with all cores, or ``one_a_core``: a study's workers.

    On a CPU the layouts and modes of one batch size take turns, so that their ratio holds.
    """
    setup: Callable[[], Work] = partial(set_up, device, precision, batch, layout, mode)
    alone = processes == "one_a_core"
    if alone:
        setup = partial(set_up_crowd, setup)
    params: dict[str, str | int] = {
        "device": device,
        "precision": precision,
        "batch": batch,
        "layout": layout,
        "mode": mode,
        "processes": processes,
    }
    # On CUDA a graph holds memory that its rival may need.
    rivals = None if alone or device == "cuda" else f"training {device} {precision} {batch}"
    return Case("training", params, setup, rivals, threads=1 if alone else None)


def set_up(device: str, precision: str, batch: int, layout: str, mode: Any) -> Work:
    """Some steps of an epoch, from the order of the faces to the averaged weights."""
    from benchmarks.analysis.roofline import training_cost
    from fer.training.graph import build_step
    from fer.training.loop import train_epoch

    where = open_device(device)
    if mode == "compiled":
        need_compiler()
    steps = batches_for(IMAGES[device], batch)
    state, faces = prepare(where, precision, batch, layout, steps * batch)
    take_step = build_step(mode, state, faces)
    cost = training_cost(state.recipe, batch, precision)
    return Work(
        call=lambda: train_epoch(state, faces, steps, None, take_step),
        items=steps * batch,
        unit="images",
        device=where,
        flops=cost.flops * steps,
        bytes=cost.bytes * steps,
        precision=precision,
        phases=partial(time_phases, state, faces, steps) if mode == "eager" else None,
    )


def prepare(
    device: "torch.device", precision: str, batch: int, layout: str, count: int
) -> "tuple[State, Batchable]":
    """A run at its first step, and so many faces."""
    import torch

    from fer.training.state import State

    autocast = set_precision(precision, device)
    state = State(recipe(batch), "", device)
    state.precision = autocast
    if layout == "contiguous":
        contiguous: Any = torch.contiguous_format
        state.network.to(memory_format=contiguous)
    return state, noise(count, device)


def time_phases(state: "State", faces: "Batchable", steps: int) -> dict[str, list[float]]:
    """Seconds of each part of some steps, times the steps of a call.

    The device is waited for after each part, so on CUDA they add up to more than the whole.
    ``checkpoint`` is a call's share of the one checkpoint that an epoch of ``EPOCH`` faces ends
    with.
    """
    parts: dict[str, list[float]] = {}
    began = time.perf_counter()
    for number in range(1 + PHASE_STEPS):
        seen = _time_parts(state, faces)
        if number:  # the first one is warm-up
            for name, seconds in seen.items():
                parts.setdefault(name, []).append(seconds)
            if time.perf_counter() - began > PHASE_SECONDS:
                break
    phases = {name: [steps * sample for sample in samples] for name, samples in parts.items()}
    images = steps * state.recipe.batch_size
    return phases | {"checkpoint": [_checkpoint_seconds(state) * images / EPOCH]}


def _time_parts(state: "State", faces: "Batchable") -> dict[str, float]:
    import torch

    from fer.training import step

    watch = _Watch(state.device)
    state.network.train()
    order = torch.randperm(len(faces), generator=state.generator, device=state.device)
    batch = order[: state.recipe.batch_size]
    watch.lap("")
    images, labels = step.gather(faces, batch)
    watch.lap("gather")
    augmented = step.augmented(state, images)
    watch.lap("augment")
    loss, _ = step.forward(state, augmented, labels)
    watch.lap("forward")
    step.backward(loss)
    watch.lap("backward")
    step.clip(state)
    watch.lap("clip")
    step.update(state, state.recipe.learning_rate, state.average.weight(0))
    watch.lap("update")
    return watch.seconds


class _Watch:
    """Seconds between laps, each ended when the device is done."""

    def __init__(self, device: "torch.device") -> None:
        self.seconds: dict[str, float] = {}
        self._device = device
        self._last = 0.0

    def lap(self, name: str) -> None:
        if self._device.type == "cuda":
            import torch

            torch.cuda.synchronize(self._device)
        now = time.perf_counter()
        if name:
            self.seconds[name] = now - self._last
        self._last = now


def _checkpoint_seconds(state: "State") -> float:
    with tempfile.TemporaryDirectory() as folder:
        watch = _Watch(state.device)
        watch.lap("")
        state.save(Path(folder))
        watch.lap("checkpoint")
    return watch.seconds["checkpoint"]

"""Training: steps as ``fer train`` runs them, without evaluation.

``fp16`` is timed without loss scaling, which ``fer train`` does not have: it would cost one more
pass over the gradients.
"""

import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.cases.case import Case, PreparedCase
from benchmarks.cases.network_case import network_case
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

if TYPE_CHECKING:
    import torch

    from fer.training.data import DeviceDataset
    from fer.training.state import State

BATCHES = (32, 64, 128, 256, 512, 1024, 2048)
IMAGES = {"cpu": 256, "cuda": 8192}
"""Approximate images a call: on CUDA, Python takes longer to launch a step of 32 than it runs."""

PHASE_STEPS = 5
"""Steps whose phases are timed, after one of warm-up."""
PHASE_SECONDS = 10.0
"""No further step is timed by phases after this time."""


def cases() -> list[Case]:
    """Every factor around batch 128, and every batch size in each precision."""
    cases = [case(batch=batch, precision=p) for p in ("fp32", "bf16") for batch in BATCHES]
    cases += [case(layout="contiguous"), case(mode="compiled")]
    cases += [case(precision=p, processes="one_a_core") for p in ("fp32", "bf16")]
    for precision in PRECISIONS:
        for batch in BATCHES:
            for mode in ("eager", "graph"):
                cases.append(case(device="cuda", precision=precision, batch=batch, mode=mode))
    for batch in (128, 1024):
        for mode in ("eager", "graph"):
            cases.append(
                case(device="cuda", precision="bf16", batch=batch, layout="contiguous", mode=mode)
            )
        cases.append(case(device="cuda", precision="bf16", batch=batch, mode="compiled"))
    return cases


def quick() -> list[Case]:
    """The usual settings of each device."""
    return [
        case(),
        case(precision="bf16"),
        case(precision="bf16", processes="one_a_core"),
        case(device="cuda", precision="bf16"),
        case(device="cuda", precision="bf16", mode="graph"),
    ]


def case(*, device: str = "cpu", batch: int = 128, **factors: str) -> Case:
    """One training case; the factors are those of ``network_case``."""
    made = network_case("training", set_up, device=device, batch=batch, **factors)
    # On CUDA a graph holds memory that the other modes may need.
    return replace(made, interleave_group=None) if device == "cuda" else made


def set_up(
    device: str, precision: str, batch: int, layout: str, mode: Any, network: str = "published"
) -> PreparedCase:
    """A few steps of an epoch, from the order of the faces to the averaged weights."""
    from benchmarks.analysis.cost import training_cost
    from fer.training.graph import build_step
    from fer.training.loop import train_epoch

    torch_device = open_device(device)
    if mode == "compiled":
        need_compiler()
    steps = batches_for(IMAGES[device], batch)
    state, faces = prepare(torch_device, precision, batch, layout, steps * batch, network)
    take_step = build_step(mode, state, faces)
    cost = training_cost(state.recipe, batch, precision)
    return PreparedCase(
        call=lambda: train_epoch(state, faces, steps, None, take_step),
        items=steps * batch,
        unit="images",
        device=torch_device,
        flops=cost.flops * steps,
        bytes=cost.bytes * steps,
        precision=precision,
        phases=partial(time_phases, state, faces, steps) if mode == "eager" else None,
    )


def prepare(
    device: "torch.device",
    precision: str,
    batch: int,
    layout: str,
    count: int,
    network: str = "published",
) -> "tuple[State, DeviceDataset]":
    """A run before its first step, and ``count`` faces."""
    import torch

    from fer.training.state import State

    autocast = set_precision(precision, device)
    state = State(recipe(batch, network), "", device)
    state.precision = autocast
    if layout == "contiguous":
        contiguous: Any = torch.contiguous_format
        state.network.to(memory_format=contiguous)
    return state, noise(count, device)


def time_phases(state: "State", faces: "DeviceDataset", steps: int) -> dict[str, list[float]]:
    """Seconds of each phase of a few steps, scaled to the steps of a call.

    The device is synchronised after each phase, so on CUDA they add up to more than the whole.
    ``checkpoint`` is a call's share of the one checkpoint at the end of an epoch of ``EPOCH``
    faces.
    """
    parts: dict[str, list[float]] = {}
    began = time.perf_counter()
    for number in range(1 + PHASE_STEPS):
        step_seconds = _time_step(state, faces)
        if number:  # the first one is warm-up
            for name, seconds in step_seconds.items():
                parts.setdefault(name, []).append(seconds)
            if time.perf_counter() - began > PHASE_SECONDS:
                break
    phases = {name: [steps * sample for sample in samples] for name, samples in parts.items()}
    images = steps * state.recipe.batch_size
    return phases | {"checkpoint": [_checkpoint_seconds(state) * images / EPOCH]}


def _time_step(state: "State", faces: "DeviceDataset") -> dict[str, float]:
    import torch

    from fer.training import step

    watch = _Stopwatch(state.device)
    state.network.train()
    order = torch.randperm(len(faces), generator=state.generator, device=state.device)
    batch = order[: state.recipe.batch_size]
    watch.lap("")
    images, labels = step.gather(faces, batch)
    watch.lap("gather")
    images, targets = step.augmented(state, images, labels)
    watch.lap("augment")
    loss, _ = step.forward(state, images, targets)
    watch.lap("forward")
    step.backward(loss)
    watch.lap("backward")
    step.clip(state)
    watch.lap("clip")
    step.update(state, state.recipe.learning_rate, state.average.weight(0))
    watch.lap("update")
    return watch.seconds


class _Stopwatch:
    """Seconds between laps, each measured when the device is done."""

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
        watch = _Stopwatch(state.device)
        watch.lap("")
        state.save(Path(folder))
        watch.lap("checkpoint")
    return watch.seconds["checkpoint"]

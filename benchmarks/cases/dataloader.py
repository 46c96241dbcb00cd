"""Training against a ``DataLoader`` with ``torchvision.transforms.v2``.

Network, batch, optimiser, loss and precision (fp32) are the same, as are the transforms and their
ranges; only the source of the batches differs. All cases of a device are interleaved in one
process, so that their ratio holds on a machine whose speed drifts. In favour of the DataLoader: its
faces are decoded tensors in memory, its workers persist from epoch to epoch, and it feeds this
project's step, memory format and allocator. Against it: an epoch here has 8 steps (64 on CUDA)
where a real one has 113, so that a step carries an eighth (a 64th) of the wait for the first batch
instead of a 113th.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.cases.case import Case, PreparedCase
from benchmarks.cases.training import prepare
from benchmarks.cases.workload import open_device
from benchmarks.system.out_of_memory import kills_as_memory_error

if TYPE_CHECKING:
    from torch import Tensor

    from fer.training.data import DeviceDataset
    from fer.training.state import State

BATCH = 128
STEPS = {"cpu": 8, "cuda": 64}
OURS = "ours"
FEEDS = (OURS, "dataloader_0", "dataloader_2", "dataloader_4", "dataloader_2_contiguous")
"""Sources of batches: this project's resident tensors (``ours``), or a DataLoader with so many
workers; ``contiguous`` where the network keeps torch's default memory format. It is one factor, so
that ``--factor feed`` compares each with ``ours``."""


def cases() -> list[Case]:
    """Resident tensors, and a DataLoader with 0, 2 and 4 workers, on each device."""
    return [case(device, feed) for device in ("cpu", "cuda") for feed in FEEDS]


def quick() -> list[Case]:
    """Resident tensors, and a DataLoader with 2 workers."""
    return [case("cpu", OURS), case("cpu", "dataloader_2")]


def case(device: str, feed: str) -> Case:
    """One case; ``feed`` is one of ``FEEDS``."""
    params: dict[str, str | int] = {
        "device": device,
        "precision": "fp32",
        "batch": BATCH,
        "feed": feed,
    }
    setup = partial(set_up, device, feed)
    return Case("dataloader", params, setup, interleave_group=f"dataloader {device}")


def workers_and_layout(feed: str) -> tuple[int, str]:
    """Number of the DataLoader's workers, and the network's memory format."""
    if feed == OURS:
        return 0, "channels_last"
    _, workers, *layout = feed.split("_")
    return int(workers), layout[0] if layout else "channels_last"


def set_up(device: str, feed: str) -> PreparedCase:
    """One short epoch."""
    from benchmarks.analysis.cost import training_cost
    from fer.training.graph import build_step
    from fer.training.loop import train_epoch

    torch_device, steps = open_device(device), STEPS[device]
    workers, layout = workers_and_layout(feed)
    state, faces = prepare(torch_device, "fp32", BATCH, layout, steps * BATCH)
    close: Callable[[], object] = lambda: None  # noqa: E731
    if feed == OURS:
        take_step = build_step("auto", state, faces)
        call: Callable[[], object] = partial(train_epoch, state, faces, steps, None, take_step)
    else:
        loader = build_loader(faces, workers, pin=device == "cuda")
        call = kills_as_memory_error()(partial(train_from, loader, state))
        close = partial(_shut_down, loader)
    cost = training_cost(state.recipe, BATCH, "fp32")
    return PreparedCase(
        call=call,
        items=steps * BATCH,
        unit="images",
        device=torch_device,
        flops=cost.flops * steps,
        bytes=cost.bytes * steps,
        precision="fp32",
        close=close,
    )


def build_loader(faces: "DeviceDataset", workers: int, pin: bool) -> Any:
    """Shuffled batches of ``float32 [B, 1, 48, 48]`` and labels, transformed face by face."""
    import torch
    from torch.utils.data import DataLoader
    from torchvision.transforms import v2  # type: ignore[import-untyped]

    from fer import augment

    degrees = augment.ROTATION * 180 / torch.pi
    side = augment.CUTOUT_SIDE / 48
    transform = v2.Compose(
        [
            v2.RandomHorizontalFlip(),
            v2.RandomAffine(
                degrees,
                translate=(augment.SHIFT, augment.SHIFT),
                scale=(1 - augment.SCALE, 1 + augment.SCALE),
                interpolation=v2.InterpolationMode.BILINEAR,
            ),
            v2.ColorJitter(augment.BRIGHTNESS, augment.CONTRAST),
            v2.ToDtype(torch.float32, scale=True),
            v2.RandomErasing(p=0.5, scale=(side**2, side**2), ratio=(1, 1), value=0.5),
        ]
    )
    dataset: Any = _Transformed(faces, transform)
    return DataLoader(
        dataset,
        batch_size=BATCH,
        shuffle=True,
        drop_last=True,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=pin,
    )


class _Transformed:
    """A map-style dataset of faces in host memory."""

    def __init__(self, faces: "DeviceDataset", transform: "Callable[[Tensor], Tensor]") -> None:
        self._images = faces.images.cpu().unsqueeze(1)
        self._labels = faces.labels.cpu()
        self._transform = transform

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int) -> "tuple[Tensor, Tensor]":
        return self._transform(self._images[index]), self._labels[index]


def train_from(loader: Any, state: "State") -> float:
    """One epoch: forward, backward, clip, step for each batch; returns the mean loss.

    Losses are summed on the device, as ``fer train`` does: ``loss.item()`` in each step would wait
    for it, and only the source of the batches is to differ.
    """
    import torch

    from fer.training import step

    state.network.train()
    total = torch.zeros((), device=state.device)
    for number, (images, labels) in enumerate(_on_device(loader, state)):
        loss, _ = step.forward(state, images, labels)
        step.backward(loss)
        step.clip(state)
        step.update(state, state.recipe.learning_rate, state.average.weight(number))
        total += loss.detach()
    return total.item() / len(loader)


def _on_device(loader: Any, state: "State") -> "Iterator[tuple[Tensor, Tensor]]":
    for images, labels in loader:
        yield images.to(state.device, non_blocking=True), labels.to(state.device, non_blocking=True)


def _shut_down(loader: Any) -> None:
    iterator = getattr(loader, "_iterator", None)
    if iterator is not None and hasattr(iterator, "_shutdown_workers"):
        iterator._shutdown_workers()

"""A step and its parts, and the same step fed with tensors, as a CUDA graph is."""

import copy
from typing import Any

import pytest
import torch

from fer.faces.types import Faces
from fer.recipe import Recipe
from fer.training import step as parts
from fer.training.data import DeviceDataset, to_device
from fer.training.graph import warm_up
from fer.training.loop import train_epoch
from fer.training.state import State
from fer.training.step import Step

CPU = torch.device("cpu")
RATE, WEIGHT = 2.0**-7, 0.25  # the same number in float32 and in float64
BATCH = torch.arange(32)


@pytest.fixture
def dataset(faces: Faces) -> DeviceDataset:
    import numpy as np

    return to_device(faces, np.arange(len(faces), dtype=np.int64), CPU)


def tensors(state: State) -> dict[str, torch.Tensor]:
    """Everything that a step changes, by name."""
    checkpoint = state.checkpoint()
    saved = {f"network.{name}": t for name, t in checkpoint.network.items()}
    saved |= {f"average.{name}": t for name, t in checkpoint.average.items()}
    for number, entry in checkpoint.optimiser["state"].items():
        saved |= {f"optimiser.{number}.{name}": t for name, t in entry.items()}
    return saved | {"generator": checkpoint.generator, "dropout": checkpoint.cpu_rng}


def assert_same(one: State, other: State, **tolerance: Any) -> None:
    torch.testing.assert_close(tensors(one), tensors(other), **tolerance)


TECHNIQUES = {"mixup": 0.4, "cutmix": 1.0, "sam": 0.05}
"""What is off by default, switched on."""


@pytest.mark.parametrize("keys", [{}, TECHNIQUES])
def test_a_step_is_its_parts_one_after_the_other(
    tiny: Recipe, dataset: DeviceDataset, keys: dict[str, float]
) -> None:
    tiny = tiny.with_values(keys)
    whole, apart = State(tiny, "", CPU), State(tiny, "", CPU)
    dropout = torch.get_rng_state()
    Step(whole, dataset).take(BATCH, RATE, WEIGHT)
    after = tensors(whole)
    torch.set_rng_state(dropout)
    images, labels = parts.gather(dataset, BATCH)
    images, targets = parts.augmented(apart, images, labels)
    loss, _ = parts.forward(apart, images, targets)
    parts.backward(loss)
    parts.sharpen(apart, images, targets)
    parts.clip(apart)
    parts.update(apart, RATE, WEIGHT)
    torch.testing.assert_close(tensors(apart), after, rtol=0, atol=0)


@pytest.mark.parametrize("optimiser", ["adam", "adamw", "sgd", "muon"])
def test_a_rate_and_a_weight_in_tensors_give_the_same_numbers(
    tiny: Recipe, dataset: DeviceDataset, optimiser: str
) -> None:
    recipe = tiny.with_values({"optimiser": optimiser})
    states = []
    for rate, weight in ((RATE, WEIGHT), (torch.tensor(RATE), torch.tensor(WEIGHT))):
        state = State(recipe, "", CPU)
        take = Step(state, dataset).take
        for _ in range(4):
            take(BATCH, rate, weight)
        states.append(state)
    assert_same(states[0], states[1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("optimiser", ["adam", "adamw", "sgd", "muon"])
@pytest.mark.parametrize("ema", [0.0, 0.9])
@pytest.mark.parametrize("taken", [0, 2])
def test_a_warm_up_leaves_the_run_as_it_was(
    tiny: Recipe, dataset: DeviceDataset, optimiser: str, ema: float, taken: int
) -> None:
    recipe = tiny.with_values({"optimiser": optimiser, "ema": ema, **TECHNIQUES})
    ends = []
    for warmed in (False, True):
        state = State(recipe, "", CPU)
        step = Step(state, dataset)
        for number in range(taken):
            step(BATCH, number, RATE)
        if warmed:
            warm_up(state, lambda take=step.take: take(BATCH, torch.tensor(1.0), 0.5))
            assert any(state.optimiser.memories()), "nothing is left for a capture to make"
        for number in range(3):
            step(BATCH, taken + number, RATE)
        ends.append(copy.deepcopy(tensors(state)))
    torch.testing.assert_close(ends[0], ends[1], rtol=0, atol=0)


@pytest.mark.parametrize(
    ("batch_size", "seen"), [(240, 240), (241, 240), (4096, 240), (128, 128), (120, 240), (1, 240)]
)
def test_an_epoch_counts_the_faces_that_it_saw(
    tiny: Recipe, dataset: DeviceDataset, batch_size: int, seen: int
) -> None:
    state = State(tiny.with_values({"batch_size": batch_size}), "", CPU)
    sizes = []

    class Noting(Step):
        def take(self, batch: torch.Tensor, *_: object) -> None:
            sizes.append(len(batch))
            self._correct += len(batch)

    steps = max(1, len(dataset) // batch_size)
    _, accuracy, _ = train_epoch(state, dataset, steps, None, Noting(state, dataset))
    assert sum(sizes) == seen
    assert set(sizes) == {min(batch_size, len(dataset))}, "a graph needs one shape"
    assert accuracy == 1


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("keys", [{key: value} for key, value in TECHNIQUES.items()])
def test_a_technique_changes_what_is_learnt_and_it_still_learns(
    tiny: Recipe, dataset: DeviceDataset, keys: dict[str, float], precision: str
) -> None:
    base = tiny.with_values({"augmentation": 0.0, "dropout": 0.0, "epochs": 8})
    losses = []
    for recipe in (base, base.with_values(keys)):
        state = State(recipe, "", CPU)
        state.precision = precision
        for _ in range(6):
            loss, accuracy, _ = train_epoch(state, dataset, 7, None)
            state.history += (None,)  # type: ignore[assignment]
        losses.append(loss)
        assert accuracy > 0.6
    assert losses[0] != losses[1]


def test_what_is_off_draws_and_computes_nothing(
    tiny: Recipe, dataset: DeviceDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State(tiny.with_values({"augmentation": 0.0}), "", CPU)
    images, labels = parts.gather(dataset, BATCH)
    before = state.generator.get_state()
    monkeypatch.setattr(parts, "uphill", None)
    _, targets = parts.augmented(state, images, labels)
    parts.sharpen(state, images, targets)
    assert targets is labels
    assert torch.equal(state.generator.get_state(), before)

"""Slow weights follow the fast ones, and both are the same at the end of an epoch."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from fer.faces.types import Faces
from fer.recipe import Recipe
from fer.training.data import to_device
from fer.training.lookahead import Lookahead
from fer.training.loop import train_epoch
from fer.training.state import State
from fer.training.step import Step

CPU = torch.device("cpu")


def moved(every: int, progress: list[float]) -> list[float]:
    """The weight of a layer, from 0, after each of the steps that add 1."""
    layer = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(layer.weight)
    lookahead, weights = Lookahead(layer, every), []
    for each in progress:
        with torch.no_grad():
            layer.weight += 1
        lookahead.step(each)
        weights.append(layer.weight.item())
    return weights


def test_every_few_steps_a_part_of_the_way_is_taken_back() -> None:
    back = 1 - 0.95**2
    expected = [1, 2 * back, 2 * back + 1, 2 * back * (1 - back) + (2 * back + 2) * back]
    assert moved(2, [1.0] * 4) == pytest.approx(expected)


def test_it_is_weak_at_first_and_off_at_0() -> None:
    assert moved(2, [0.0] * 4) == pytest.approx([1, 2, 3, 4])
    assert moved(2, [0.5] * 2)[1] == pytest.approx(2 * (1 - 0.95**2 / 8))
    assert moved(0, [1.0] * 4) == [1, 2, 3, 4]


def test_steps_since_the_last_meeting_count_and_so_do_batch_statistics() -> None:
    norm = nn.BatchNorm2d(1)
    lookahead = Lookahead(norm, 5)
    with torch.no_grad():
        norm.bias += 1
    norm.running_mean += 1  # type: ignore[operator]
    lookahead.step(1.0)
    for _ in range(2):  # the second time, there is nothing to meet
        lookahead.meet(1.0)
        assert norm.bias.item() == pytest.approx(0.05)
        assert norm.running_mean.item() == pytest.approx(0.05)  # type: ignore[operator, union-attr]


def test_an_epoch_ends_on_the_slow_weights(tiny: Recipe, faces: Faces) -> None:
    data = to_device(faces, np.arange(len(faces), dtype=np.int64), CPU)
    ends: list[Tensor] = []
    state = State(tiny.with_values({"ema": 0.0, "epochs": 1, "lookahead": 100}), "", CPU)
    weight = next(iter(state.network.parameters()))
    begin = weight.detach().clone()

    class Noting(Step):
        def __call__(self, *arguments: object) -> None:
            super().__call__(*arguments)  # type: ignore[arg-type]
            ends.append(weight.detach().clone())

    train_epoch(state, data, 7, None, Noting(state, data))
    expected = torch.lerp(begin, ends[-1], 1 - 0.95**7)
    torch.testing.assert_close(weight.detach(), expected)

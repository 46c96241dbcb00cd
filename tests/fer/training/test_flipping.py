"""Alternating flip shows each face both ways in two epochs."""

import numpy as np
import torch

from fer.augment import augment, to_gray
from fer.faces.types import Faces
from fer.recipe import Recipe
from fer.training.data import to_device
from fer.training.flipping import AlternatingFlip
from fer.training.loop import train_epoch
from fer.training.state import State
from fer.training.step import Step

CPU = torch.device("cpu")
ALTERNATING = Recipe(transforms=("flip",), flip="alternating")


def test_a_random_half_is_mirrored_and_then_the_other_half() -> None:
    flip, everything = AlternatingFlip(ALTERNATING, 1000, CPU), torch.arange(1000)
    epochs = []
    for number in range(3):
        flip.begin_epoch(number)
        epochs.append(flip.mirrored(everything))
    assert 440 < int(epochs[0].sum()) < 560
    assert torch.equal(epochs[1], ~epochs[0])
    assert torch.equal(epochs[2], epochs[0])
    other = AlternatingFlip(ALTERNATING.with_values({"seed": 1}), 1000, CPU)
    assert not torch.equal(other.mirrored(everything), epochs[0])


def test_the_named_faces_are_mirrored(faces: Faces) -> None:
    images = to_gray(torch.from_numpy(faces.images))
    mirrored = torch.arange(len(images)) % 3 == 0
    generator = torch.Generator().manual_seed(0)
    flipped = augment(images, ALTERNATING, generator, mirrored=mirrored)
    expected = torch.where(mirrored.view(-1, 1, 1, 1), images.flip(3), images)
    torch.testing.assert_close(flipped, expected, atol=1e-5, rtol=0)


def test_steps_follow_the_epoch(tiny: Recipe, faces: Faces) -> None:
    recipe = tiny.with_values({"flip": "alternating"})
    state, data = State(recipe, "", CPU), to_device(faces, np.arange(64, dtype=np.int64), CPU)
    epochs: list[int] = []

    class Noting(Step):
        def begin_epoch(self, number: int) -> None:
            super().begin_epoch(number)
            epochs.append(number)

    train_epoch(state, data, 2, None, Noting(state, data))
    assert epochs == [0]

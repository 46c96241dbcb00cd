import pytest
import torch
from torch import Tensor

from fer.augment import augment, to_gray
from fer.recipe import Recipe, Transform


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def images() -> Tensor:
    return torch.rand(64, 1, 48, 48, generator=generator(1))


def only(transform: Transform, strength: float = 1.0) -> Recipe:
    return Recipe(augmentation=strength, transforms=(transform,))


def test_gray_levels_run_from_0_to_1() -> None:
    gray = to_gray(torch.tensor([0, 51, 255], dtype=torch.uint8).view(3, 1, 1).expand(3, 48, 48))
    assert gray.shape == (3, 1, 48, 48)
    assert gray[:, 0, 0, 0].tolist() == pytest.approx([0, 0.2, 1])


def test_strength_0_leaves_the_faces_alone(images: Tensor) -> None:
    assert augment(images, Recipe(augmentation=0), generator()) is images


def test_the_same_seed_draws_the_same_and_another_does_not(images: Tensor) -> None:
    first, again, other = (augment(images, Recipe(), generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_identical_faces_are_transformed_differently() -> None:
    images = torch.rand(1, 1, 48, 48, generator=generator()).expand(8, 1, 48, 48)
    augmented = augment(images, Recipe(), generator())
    assert len({tuple(face.flatten().tolist()) for face in augmented}) == 8


@pytest.mark.parametrize("strength", [0.5, 1, 4])
def test_gray_levels_stay_in_range_at_any_strength(images: Tensor, strength: float) -> None:
    augmented = augment(images, Recipe(augmentation=strength), generator())
    assert augmented.shape == images.shape
    assert augmented.min() >= 0
    assert augmented.max() <= 1


def test_flip_mirrors_about_half_of_the_faces_and_changes_nothing_else(images: Tensor) -> None:
    flipped = augment(images, only("flip"), generator())
    same = (flipped - images).abs().amax(dim=(1, 2, 3)) < 1e-5
    mirrored = (flipped - images.flip(3)).abs().amax(dim=(1, 2, 3)) < 1e-5
    assert bool((same ^ mirrored).all())
    assert 16 < int(mirrored.sum()) < 48


def test_shift_moves_up_to_a_tenth_of_the_width() -> None:
    images = torch.zeros(256, 1, 48, 48)
    images[:, :, 23:25, 23:25] = 1
    moved = augment(images, only("shift"), generator())[:, 0]
    rows = (moved.sum(2) * torch.arange(48)).sum(1) / moved.sum((1, 2)) - 23.5
    columns = (moved.sum(1) * torch.arange(48)).sum(1) / moved.sum((1, 2)) - 23.5
    for offsets in (rows, columns):
        assert 4.3 < float(offsets.abs().max()) < 4.81
    assert abs(float(torch.corrcoef(torch.stack([rows, columns]))[0, 1])) < 0.2


def test_rotation_turns_up_to_twelve_degrees() -> None:
    images = torch.zeros(256, 1, 48, 48)
    images[:, :, :, 22:26] = 1
    turned = augment(images, only("rotation"), generator())[:, 0]
    columns = torch.arange(48) - 23.5
    top = (turned[:, 4] * columns).sum(1) / turned[:, 4].sum(1)
    degrees = torch.rad2deg(torch.atan(top / 19.5))
    assert 10.5 < float(degrees.abs().max()) < 12.5
    assert float(degrees.min()) < -10 < 10 < float(degrees.max())


def test_scale_grows_and_shrinks_around_the_middle() -> None:
    images = torch.zeros(256, 1, 48, 48)
    images[:, :, 12:36, 12:36] = 1
    sides = augment(images, only("scale"), generator()).sum((1, 2, 3)).sqrt()
    assert 20.5 < float(sides.min()) < 22.5
    assert 25.5 < float(sides.max()) < 27.5


def test_brightness_scales_the_mean_and_contrast_keeps_it() -> None:
    images = 0.4 + 0.2 * torch.rand(256, 1, 48, 48, generator=generator())
    means, sds = images.mean((1, 2, 3)), images.std((1, 2, 3))
    bright = augment(images, only("brightness"), generator())
    ratio = bright.mean((1, 2, 3)) / means
    assert 0.73 < float(ratio.min()) < 0.78
    assert 1.30 < float(ratio.max()) < 1.36
    contrasted = augment(images, only("contrast"), generator())
    assert float((contrasted.mean((1, 2, 3)) - means).abs().max()) < 1e-3
    ratio = contrasted.std((1, 2, 3)) / sds
    assert 0.73 < float(ratio.min()) < 0.78
    assert 1.30 < float(ratio.max()) < 1.36


def test_cut_out_covers_a_square_on_half_of_the_faces() -> None:
    images = torch.ones(512, 1, 48, 48)
    covered = (augment(images, only("cutout"), generator()) == 0.5).sum((1, 2, 3))
    assert 200 < int((covered > 0).sum()) < 312
    assert int(covered.max()) == 16 * 16


def test_strength_scales_the_range() -> None:
    images = torch.zeros(256, 1, 48, 48)
    images[:, :, 12:36, 12:36] = 1
    spreads = [
        float(augment(images, only("scale", s), generator()).sum((1, 2, 3)).sqrt().std())
        for s in (0.5, 1.0, 2.0)
    ]
    assert spreads[0] < spreads[1] < spreads[2]

"""Smaller images in a part of the epochs."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from fer.augment import augment, squares
from fer.errors import BadInput
from fer.faces.types import Faces
from fer.networks import FAMILIES
from fer.networks.base import Network
from fer.networks.build import build_network
from fer.recipe import Recipe
from fer.training import train

CPU = torch.device("cpu")


def test_sizes_share_the_epochs_in_equal_parts() -> None:
    recipe = Recipe(image_sizes=(24, 32, 48), epochs=6)
    assert [recipe.image_size(epoch) for epoch in range(6)] == [24, 24, 32, 32, 48, 48]
    assert [Recipe(epochs=3).image_size(epoch) for epoch in range(3)] == [48] * 3
    more = Recipe(image_sizes=(24, 32, 40, 48), epochs=2)
    assert [more.image_size(epoch) for epoch in range(2)] == [24, 40]


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_24_pixels_are_means_of_four(strength: float) -> None:
    images = torch.rand(8, 1, 48, 48, generator=torch.Generator().manual_seed(0))
    recipe = Recipe(augmentation=strength, transforms=("flip",), flip="alternating")
    generator, unmirrored = torch.Generator(), torch.zeros(8, dtype=torch.bool)
    small = augment(images, recipe, generator, side=24, mirrored=unmirrored)
    torch.testing.assert_close(small, torch.nn.functional.avg_pool2d(images, 2))


def test_a_small_image_is_the_small_copy_of_the_transformed_one() -> None:
    images = torch.nn.functional.interpolate(torch.rand(64, 1, 6, 6), size=48, mode="bilinear")
    recipe = Recipe()  # all transforms
    whole, small = (
        augment(images, recipe, torch.Generator().manual_seed(1), side=side) for side in (48, 24)
    )
    difference = torch.nn.functional.avg_pool2d(whole, 2) - small
    assert float(difference.abs().mean()) < 0.01


def test_a_square_covers_the_same_share() -> None:
    centres = torch.rand(200, 2, generator=torch.Generator().manual_seed(0))
    large, small = (squares(centres, 16, side).float().mean(dim=(1, 2)) for side in (48, 24))
    torch.testing.assert_close(large, small, atol=0.03, rtol=0)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_takes_smaller_images(family: str) -> None:
    network = build_network(Recipe(network=family, widths=(4, 8, 8)), CPU).eval()
    for side in (24, 32, 41):
        assert network(torch.rand(2, 1, side, side)).shape == (2, 3)


def test_a_run_trains_on_them_and_is_judged_on_whole_faces(
    tmp_path: Path, tiny: Recipe, faces: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, int]] = []
    usual = Network.__call__

    def noting(self: Network, images: Tensor) -> Tensor:
        seen.append((self.training, images.shape[-1]))
        return usual(self, images)  # type: ignore[no-any-return]

    monkeypatch.setattr(Network, "__call__", noting)
    recipe = tiny.with_values({"image_sizes": [24, 32, 48], "epochs": 3, "validation": 0.1})
    train(recipe, faces, tmp_path, device=CPU, threads=1)
    steps = (len(faces) - 24) // recipe.batch_size
    assert [side for training, side in seen if training] == [24] * steps + [32] * steps + [
        48
    ] * steps
    assert {side for training, side in seen if not training} == {48}


def test_a_side_that_its_blocks_would_halve_to_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match=r"^--set: image_sizes 12 with 4 widths: .* at least 16$"):
        Recipe().with_values({"image_sizes": [12, 48]})
    assert Recipe(image_sizes=(16, 48)).image_sizes == (16, 48)
    with pytest.raises(BadInput, match=r"^--set: batch_size 1 with 4 widths: "):
        Recipe(batch_size=1).with_values({"image_sizes": [16]})

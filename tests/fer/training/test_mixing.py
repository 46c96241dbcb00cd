"""Mixed faces, and targets with the share that each face has of them."""

import pytest
import torch
from scipy.stats import beta
from torch import Tensor

from fer.recipe import Recipe
from fer.training.mixing import likeliest, mix, symmetric_beta

LABELS = torch.arange(64) % 3
IMAGES = ((torch.arange(64.0) + 1) / 64).view(-1, 1, 1, 1).expand(64, 1, 48, 48)
"""Each face has one gray level, its own."""


def mixed(**keys: float) -> tuple[Tensor, Tensor]:
    recipe = Recipe(**keys)  # type: ignore[arg-type]
    return mix(IMAGES, LABELS, recipe, torch.Generator().manual_seed(0))


def one_hot(labels: Tensor) -> Tensor:
    return torch.nn.functional.one_hot(labels, 3).float()


@pytest.mark.parametrize("alpha", [0.01, 0.2, 0.5, 1.0, 10.0])
def test_shares_have_the_symmetric_beta_distribution(alpha: float) -> None:
    draws = torch.rand(2, 20_000, generator=torch.Generator().manual_seed(1))
    shares = symmetric_beta(draws[0], draws[1], alpha).double()
    assert ((shares >= 0) & (shares <= 1)).all()
    # Within the ends, where the shares of a small alpha are 0 or 1 to the last bit.
    places = torch.linspace(0.001, 0.999, 101, dtype=torch.float64)
    below = (shares <= places[:, None]).double().mean(1)
    expected = torch.from_numpy(beta(alpha, alpha).cdf(places.numpy()))
    assert (below - expected).abs().max() < 1.63 / 20_000**0.5, "Kolmogorov's bound at 1 %"


@pytest.mark.parametrize(
    ("first", "second"), [(0.0, 0.0), (0.0, 0.25), (0.0, 0.5), (1 - 2**-24,) * 2]
)
@pytest.mark.parametrize("alpha", [1e-6, 0.2, 10.0])
def test_the_extreme_draws_give_a_share(alpha: float, first: float, second: float) -> None:
    share = symmetric_beta(torch.tensor([first]), torch.tensor([second]), alpha)
    assert 0 <= float(share) <= 1


def test_mixup_blends_faces_and_labels_by_the_same_share() -> None:
    images, targets = mixed(mixup=1.0)
    torch.testing.assert_close(images, images[:, :, :1, :1].expand_as(images), msg="one gray level")
    own, other = IMAGES[:, 0, 0, 0], IMAGES.flip(0)[:, 0, 0, 0]
    shares = (images[:, 0, 0, 0] - other) / (own - other)
    blended = shares[:, None] * one_hot(LABELS) + (1 - shares[:, None]) * one_hot(LABELS.flip(0))
    torch.testing.assert_close(targets, blended, atol=1e-4, rtol=0)
    assert shares.std() > 0.2, "each face has a share of its own"


def test_cutmix_shares_labels_by_the_pixels_that_are_seen() -> None:
    images, targets = mixed(cutmix=1.0)
    is_own = (images == IMAGES).float()
    assert ((images == IMAGES) | (images == IMAGES.flip(0))).all()
    shares = is_own.mean(dim=(1, 2, 3))
    pasted = shares[:, None] * one_hot(LABELS) + (1 - shares[:, None]) * one_hot(LABELS.flip(0))
    torch.testing.assert_close(targets, pasted)
    rows = (1 - is_own).amax(dim=3)[:, 0].sum(1)
    columns = (1 - is_own).amax(dim=2)[:, 0].sum(1)
    assert torch.equal(rows * columns, (1 - is_own).sum(dim=(1, 2, 3))), "one rectangle in each"
    assert shares.std() > 0.1, "each face has a share of its own"


def test_with_both_each_face_has_one_of_them() -> None:
    images, targets = mixed(mixup=1.0, cutmix=1.0)
    is_blend = (images == images[:, :, :1, :1]).flatten(1).all(1)
    assert 16 < int(is_blend.sum()) < 56
    torch.testing.assert_close(targets.sum(1), torch.ones(64))


def test_the_class_of_mixed_faces_is_that_of_the_larger_share() -> None:
    targets = torch.tensor([[0.7, 0.3, 0.0], [0.0, 0.2, 0.8]])
    assert likeliest(targets).tolist() == [0, 2]
    assert likeliest(LABELS) is LABELS

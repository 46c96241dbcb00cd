"""The views of a face whose probabilities are averaged."""

import pytest
import torch

from fer.commands.options import chosen_tta
from fer.tta import SHIFT, views

IMAGES = torch.randint(0, 256, (3, 48, 48), dtype=torch.uint8)


def test_a_flip_adds_the_mirror_image() -> None:
    assert [torch.equal(view, IMAGES) for view in views(IMAGES, "none")] == [True]
    plain, mirrored = views(IMAGES, "flip")
    assert torch.equal(plain, IMAGES)
    assert torch.equal(mirrored, IMAGES.flip(2))


def test_crops_are_five_places_and_their_mirror_images() -> None:
    seen = list(views(IMAGES, "crops"))
    assert len({view.numpy().tobytes() for view in seen}) == len(seen) == 10
    assert torch.equal(seen[0], IMAGES)
    assert all(torch.equal(seen[i + 1], seen[i].flip(2)) for i in range(0, 10, 2))
    s = SHIFT
    corners = [IMAGES[:, :-s, :-s], IMAGES[:, :-s, s:], IMAGES[:, s:, :-s], IMAGES[:, s:, s:]]
    inside = [seen[2][:, s:, s:], seen[4][:, s:, :-s], seen[6][:, :-s, s:], seen[8][:, :-s, :-s]]
    assert all(torch.equal(crop, part) for crop, part in zip(inside, corners, strict=True))
    assert torch.equal(seen[2][:, 0, s:], IMAGES[:, 0, :-s]), "edges are repeated"


def test_another_word_is_refused() -> None:
    with pytest.raises(ValueError, match="tta = True: must be one of none, flip, crops"):
        list(views(IMAGES, True))  # type: ignore[arg-type]


def test_crops_include_the_flip_and_without_an_option_the_recipe_chooses() -> None:
    assert [chosen_tta(False, False), chosen_tta(True, False)] == ["none", "flip"]
    assert [chosen_tta(None, True), chosen_tta(True, True)] == ["crops", "crops"]
    assert chosen_tta(None, False) is None

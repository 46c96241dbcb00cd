"""A classifier takes images in every form, alone and in batches."""

import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
import torch
from made_photos import gradient, save_turned
from PIL import Image

import fer
from fer import Box, Classifier, Prediction
from fer.errors import BadInput
from fer.model import save_model
from fer.networks.build import build_network
from fer.recipe import Recipe

TWO = (Box(20, 30, 80, 80), Box(150, 60, 100, 100))


@pytest.fixture
def classifier(tiny: Recipe) -> Classifier:
    """With random weights, and a detector that finds two faces in each photo."""
    torch.manual_seed(0)
    network = build_network(tiny, torch.device("cpu"))
    return Classifier(
        network.eval(), tiny.classes, torch.device("cpu"), detector=lambda gray: list(TWO)
    )


def test_each_face_of_a_photo_has_a_label_probabilities_and_a_box(classifier: Classifier) -> None:
    faces = classifier.predict(gradient(300, 200))
    assert len(faces) == 2
    for face in faces:
        assert list(face.probabilities) == ["angry", "happy", "neutral"]
        assert sum(face.probabilities.values()) == pytest.approx(1, abs=1e-3)
        assert face.probability == max(face.probabilities.values())
    assert [face.box and face.box.width for face in faces] == [84, 105]
    with pytest.raises(FrozenInstanceError):
        faces[0].label = "sad"  # type: ignore[misc]


def test_paths_images_and_arrays_give_the_same(classifier: Classifier, tmp_path: Path) -> None:
    pixels = gradient(300, 200)
    image = Image.fromarray(pixels)
    image.save(tmp_path / "a.png")
    expected = classifier.predict(pixels)
    for form in (image, image.convert("RGBA"), tmp_path / "a.png", str(tmp_path / "a.png")):
        assert classifier.predict(form) == expected


def test_a_batch_gives_a_list_for_each_image(classifier: Classifier) -> None:
    crop = gradient(48, 48)[:, :, 1]
    photo = gradient(300, 200)
    batch = classifier.predict([photo, crop])
    assert [len(faces) for faces in batch] == [2, 1]
    assert batch[1][0].box is None
    assert [face.label for face in batch[0]] == [face.label for face in classifier.predict(photo)]
    assert classifier.predict([]) == []


def test_a_crop_is_classified_without_detection(classifier: Classifier) -> None:
    crop = gradient(90, 90)
    one = classifier.predict_crop(crop)
    assert isinstance(one, Prediction)
    assert one.box is None
    assert [face.label for face in classifier.predict_crop((crop, crop))] == [one.label] * 2


def test_the_caller_s_image_is_left_as_it_is(classifier: Classifier, tmp_path: Path) -> None:
    upright = Image.fromarray(gradient(300, 200))
    with Image.open(save_turned(tmp_path / "a.jpg", upright, 6)) as image:
        classifier.predict(image)
        assert (image.mode, image.size) == ("RGB", (300, 200))


@pytest.mark.parametrize(
    ("image", "complaint"),
    [
        (np.zeros((48, 48)), r"image: an array of float64 \[48, 48\]: expected uint8 \[H, W\]"),
        (np.zeros((5, 48, 48), np.uint8), r"uint8 \[5, 48, 48\]: expected uint8 \[H, W\], \[H"),
        (np.zeros((0, 48), np.uint8), r"uint8 \[0, 48\]: expected"),
        (7, "image: int: expected a path, an image of Pillow or an array"),
        ([np.zeros(3)], r"image 1 of 1: an array of float64 \[3\]: expected"),
    ],
)
def test_what_is_no_image_is_refused_with_what_was_expected(
    classifier: Classifier, image: object, complaint: str
) -> None:
    with pytest.raises(BadInput, match=complaint):
        classifier.predict(image)  # type: ignore[call-overload]


def test_the_model_that_ships_is_loaded_where_none_is_named() -> None:
    classifier = Classifier.load(device="cpu", tta="flip")
    assert classifier.classes == ("angry", "happy", "neutral")
    assert classifier.predict_crop(gradient(48, 48)).label in classifier.classes


def test_the_views_are_those_of_the_recipe_unless_others_are_named(
    tiny: Recipe, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    model = tmp_path / "model.safetensors"
    recipe = tiny.with_values({"tta": "flip"})
    save_model(model, build_network(recipe, torch.device("cpu")), recipe)
    own, flip, none = (
        Classifier.load(model, device="cpu", tta=tta).predict_crop(gradient(48, 48))
        for tta in (None, "flip", "none")
    )
    assert own == flip
    assert own != none


def test_a_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"run: expected a finished run's folder or a \.safetens"):
        Classifier.load(tmp_path / "run")


def test_the_package_offers_its_names_and_imports_torch_only_when_they_are_used() -> None:
    assert {"Box", "Classifier", "Prediction"} <= set(dir(fer))
    with pytest.raises(AttributeError, match="module 'fer' has no attribute 'Clasifier'"):
        fer.Clasifier  # type: ignore[attr-defined]  # noqa: B018
    check = "import fer, sys; assert not {'torch', 'PIL', 'numpy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)

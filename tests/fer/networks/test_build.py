"""A network family is one file and one line in the registry."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from fer.errors import BadInput
from fer.faces.types import Faces
from fer.inference import Eager, predict_probabilities
from fer.model import load_model, save_model
from fer.networks import FAMILIES
from fer.networks.build import build_network, network_class
from fer.recipe import Recipe
from fer.training import train

CPU = torch.device("cpu")

FILE = '''
"""A family of its own: averages of the image's quarters, and one linear layer."""

from torch import nn

from fer.networks.base import Network


class Quarters(Network):
    def __init__(self, recipe):
        super().__init__(recipe)
        self.pool = nn.AdaptiveAvgPool2d(8)
        self.norm = nn.BatchNorm1d(64)
        self.head = nn.Linear(64, len(recipe.classes))

    def forward(self, images):
        return self.head(self.norm(self.pool(images).flatten(1)))
'''


@pytest.fixture
def quarters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny: Recipe) -> Iterator[Recipe]:
    """A recipe of a family that is added as any is: a file, and a line in the registry."""
    folder = tmp_path / "family"
    folder.mkdir()
    (folder / "quarters.py").write_text(FILE)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setitem(FAMILIES, "quarters", "quarters:Quarters")
    yield tiny.with_values({"network": "quarters", "augmentation": 0.0, "epochs": 6})
    sys.modules.pop("quarters", None)


def test_a_new_family_is_trained_resumed_and_loaded(
    quarters: Recipe, faces: Faces, tmp_path: Path
) -> None:
    def stop(_epoch: object) -> None:
        raise InterruptedError

    run = tmp_path / "run"
    with pytest.raises(InterruptedError):
        train(quarters, faces, run, device=CPU, threads=1, on_epoch=stop)
    result = train(quarters, faces, run, device=CPU, threads=1, resume=True)
    assert result.validation_accuracy is not None
    assert result.validation_accuracy > 0.9, "bands at three heights are easy for it"
    network, recipe = load_model(run, CPU)
    assert (type(network).__name__, recipe) == ("Quarters", quarters)
    images = torch.from_numpy(faces.images[:30])
    save_model(tmp_path / "copy.safetensors", network, recipe)
    again, _ = load_model(tmp_path / "copy.safetensors", CPU)
    assert torch.equal(Eager(again, "fp32")(images), Eager(network, "fp32")(images))


@pytest.mark.onnx
def test_a_new_family_is_exported_to_onnx(quarters: Recipe, faces: Faces) -> None:
    from fer.onnx import OnnxRuntime, to_onnx

    torch.manual_seed(0)
    network = build_network(quarters, CPU).eval()
    images = torch.from_numpy(faces.images[:7])
    scores = OnnxRuntime(to_onnx(network, quarters), threads=1)(images)
    expected = predict_probabilities(network, images, "fp32", tta="none")
    torch.testing.assert_close(scores, expected, rtol=0, atol=1e-4)


def test_a_recipe_of_another_family_has_another_hash(quarters: Recipe) -> None:
    assert quarters.hash != quarters.with_values({"network": "published"}).hash
    assert quarters.to_toml().startswith('network = "quarters"\n')


def test_an_unknown_family_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match="'resnet': expected one of pooled, published, "):
        Recipe().with_values({"network": "resnet"})


def test_a_line_that_names_no_network_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FAMILIES, "wrong", "fer.networks.build:build_network")
    with pytest.raises(TypeError, match="expected a subclass"):
        network_class("wrong")

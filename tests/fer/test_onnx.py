import json
import os
import sys
from pathlib import Path

import pytest
import torch

from fer.errors import BadInput
from fer.inference import Eager
from fer.model import KEY
from fer.networks.base import Network
from fer.networks.build import build_network
from fer.onnx import OnnxRuntime, save_onnx, to_onnx
from fer.recipe import Recipe

pytestmark = pytest.mark.onnx

CPU = torch.device("cpu")


def trained(recipe: Recipe) -> Network:
    """A network whose batch statistics are not those that it began with."""
    torch.manual_seed(0)
    network = build_network(recipe, CPU)
    network.train()(torch.rand(16, 1, 48, 48))
    return network.eval()


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return Recipe(widths=(4, 8, 8))


@pytest.fixture(scope="module")
def network(recipe: Recipe) -> Network:
    return trained(recipe)


@pytest.fixture(scope="module")
def exported(network: Network, recipe: Recipe) -> bytes:
    return to_onnx(network, recipe)


@pytest.mark.parametrize("count", [1, 2, 7, 300])
def test_onnx_runtime_scores_any_number_of_faces_as_torch_does(
    exported: bytes, network: Network, count: int
) -> None:
    images = torch.randint(0, 256, (count, 48, 48), dtype=torch.uint8)
    scores = OnnxRuntime(exported, threads=1)(images)
    torch.testing.assert_close(scores, Eager(network, "fp32")(images), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("activation", ["silu", "gelu", "mish"])
def test_activations_of_several_operations_are_exported(activation: str) -> None:
    recipe = Recipe(widths=(2,), activation=activation)  # type: ignore[arg-type]
    network = trained(recipe)
    images = torch.randint(0, 256, (3, 48, 48), dtype=torch.uint8)
    scores = OnnxRuntime(to_onnx(network, recipe), threads=1)(images)
    torch.testing.assert_close(scores, Eager(network, "fp32")(images), rtol=1e-4, atol=1e-4)


def test_the_model_takes_bytes_and_holds_its_recipe_but_no_folder_of_ours(
    exported: bytes, recipe: Recipe
) -> None:
    import onnx

    model = onnx.load_from_string(exported)
    onnx.checker.check_model(model, full_check=True)
    (images,) = model.graph.input
    assert images.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    assert images.type.tensor_type.shape.dim[0].dim_param
    assert [d.dim_value for d in images.type.tensor_type.shape.dim[1:]] == [48, 48]
    (metadata,) = model.metadata_props
    assert (metadata.key, Recipe(**json.loads(metadata.value))) == (KEY, recipe)
    for folder in (Path.cwd(), Path(__file__).parents[2], Path(torch.__file__).parent):
        assert os.fsencode(folder) not in exported


def test_the_same_model_gives_the_same_bytes(
    tmp_path: Path, exported: bytes, network: Network, recipe: Recipe
) -> None:
    save_onnx(tmp_path / "model.onnx", network, recipe)
    assert (tmp_path / "model.onnx").read_bytes() == exported


def test_what_is_no_onnx_model_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"\x80\x04 a pickle, perhaps")
    with pytest.raises(BadInput, match=r"model\.onnx: not an ONNX model"):
        OnnxRuntime(tmp_path / "model.onnx", threads=1)


def test_without_the_extra_one_line_says_how_to_get_it(
    tmp_path: Path, network: Network, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(BadInput, match=r"needs onnxscript: .*pip install 'fer-search\[onnx\]'"):
        save_onnx(tmp_path / "model.onnx", network, recipe)
    assert not list(tmp_path.iterdir())

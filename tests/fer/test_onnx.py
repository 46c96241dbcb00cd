import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from needs import real_data_folder

from fer.best_model import best_model
from fer.errors import BadInput
from fer.evaluation.calibration import Calibration
from fer.faces import load_faces
from fer.inference import predict_probabilities
from fer.model import KEY, load_model
from fer.networks.base import Network
from fer.networks.build import build_network
from fer.onnx import OnnxRuntime, save_onnx, to_onnx
from fer.recipe import Recipe

pytestmark = pytest.mark.onnx

CPU = torch.device("cpu")


def trained(recipe: Recipe) -> Network:
    """A calibrated network whose batch statistics are not those that it began with."""
    torch.manual_seed(0)
    network = build_network(recipe, CPU)
    network.train()(torch.rand(16, 1, 48, 48))
    network.calibration = Calibration(
        temperature=1.7, faces=9, runs=1, error_before=0.1, error_after=0.0, error_by_chance=0.0
    )
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


def noise(count: int) -> torch.Tensor:
    return torch.randint(0, 256, (count, 48, 48), dtype=torch.uint8)


def check_same(model: bytes, network: Network, images: torch.Tensor) -> None:
    """ONNX Runtime predicts what torch predicts."""
    scores = OnnxRuntime(model, threads=1)(images)
    expected = predict_probabilities(network, images, "fp32", tta="none")
    torch.testing.assert_close(scores, expected, rtol=0, atol=1e-4)
    assert torch.equal(scores.argmax(1), expected.argmax(1))


@pytest.mark.parametrize("count", [1, 2, 7, 2000])
def test_onnx_runtime_predicts_any_number_of_faces_as_torch_does(
    exported: bytes, network: Network, count: int
) -> None:
    check_same(exported, network, noise(count))


@pytest.mark.parametrize("activation", ["silu", "gelu", "mish"])
def test_activations_of_several_operations_are_exported(activation: str) -> None:
    recipe = Recipe(widths=(2,), activation=activation)  # type: ignore[arg-type]
    network = trained(recipe)
    check_same(to_onnx(network, recipe), network, noise(3))


def test_a_user_needs_numpy_and_onnx_runtime_alone(
    exported: bytes, network: Network, recipe: Recipe
) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
    images = np.random.default_rng(0).integers(0, 256, (9, 48, 48), dtype=np.uint8)
    probabilities = session.run(["probabilities"], {"images": images})[0]
    metadata = session.get_modelmeta().custom_metadata_map
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-5)
    expected = predict_probabilities(network, torch.from_numpy(images), "fp32", tta="none")
    np.testing.assert_allclose(probabilities, expected, rtol=0, atol=1e-4)
    assert metadata["classes"].split(",") == ["angry", "happy", "neutral"]
    assert float(metadata["temperature"]) == network.temperature == 1.7
    assert Recipe(**json.loads(metadata[KEY])) == recipe


def test_the_model_takes_bytes_and_names_no_folder_of_this_machine(exported: bytes) -> None:
    import onnx

    model = onnx.load_from_string(exported)
    onnx.checker.check_model(model, full_check=True)
    (images,) = model.graph.input
    assert images.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    assert images.type.tensor_type.shape.dim[0].dim_param
    assert [d.dim_value for d in images.type.tensor_type.shape.dim[1:]] == [48, 48]
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


def test_a_model_that_returns_logits_is_refused(exported: bytes) -> None:
    import onnx

    model = onnx.load_from_string(exported)
    model.graph.output[0].name = model.graph.node[-1].output[0] = "logits"
    with pytest.raises(BadInput, match="output = logits: expected probabilities"):
        OnnxRuntime(model.SerializeToString(), threads=1)


def test_without_the_extra_one_line_says_how_to_get_it(
    tmp_path: Path, network: Network, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(BadInput, match=r"needs onnxscript: .*pip install 'fer-search\[onnx\]'"):
        save_onnx(tmp_path / "model.onnx", network, recipe)
    assert not list(tmp_path.iterdir())


@pytest.mark.realdata
def test_the_model_that_ships_predicts_every_test_image_as_torch_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FER_CACHE", str(tmp_path))
    source = str(real_data_folder() / "fer2013-test-unlabelled.zip")
    network, recipe = load_model(best_model(), CPU)
    faces = load_faces(source, "test", recipe.classes)
    assert len(faces) == 3_965
    shipped = best_model().with_name("model.onnx").read_bytes()
    check_same(shipped, network, torch.from_numpy(np.array(faces.images)))

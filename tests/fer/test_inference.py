from functools import partial

import pytest
import torch

from fer.evaluation.calibration import Calibration
from fer.inference import Compiled, Eager, predict_logits, predict_probabilities
from fer.networks.base import Network
from fer.networks.build import build_network
from fer.recipe import Recipe

CPU = torch.device("cpu")


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    return build_network(Recipe(widths=(4, 8)), CPU)


@pytest.fixture
def images() -> torch.Tensor:
    return torch.randint(0, 256, (300, 48, 48), dtype=torch.uint8)


@pytest.mark.parametrize("batch", [1, 256, 4096])
def test_the_batch_changes_no_score(network: Network, images: torch.Tensor, batch: int) -> None:
    one = Eager(network, "fp32", batch)(images[:270])
    torch.testing.assert_close(one, predict_logits(network, images, "fp32")[:270])


def test_a_temperature_changes_probabilities_but_no_prediction(
    network: Network, images: torch.Tensor
) -> None:
    logits = predict_logits(network, images, "fp32")
    plain = predict_probabilities(network, images, "fp32", tta="none")
    assert torch.equal(plain, logits.softmax(1))
    network.calibration = Calibration(
        temperature=2.5, faces=9, runs=1, error_before=0.1, error_after=0.0, error_by_chance=0.0
    )
    calibrated = predict_probabilities(network, images, "fp32", tta="none")
    torch.testing.assert_close(calibrated, (logits / 2.5).softmax(1))
    assert torch.equal(calibrated.argmax(1), plain.argmax(1))
    assert (calibrated.max(1).values < plain.max(1).values).all()


def test_tta_is_the_mean_over_each_face_and_its_mirror_image(
    network: Network, images: torch.Tensor
) -> None:
    mirrored = torch.from_numpy(images.numpy()[:, :, ::-1].copy())
    plain, other = (predict_logits(network, part, "fp32").softmax(1) for part in (images, mirrored))
    assert not torch.allclose(plain, other), "or there would be nothing to average"
    mean = predict_probabilities(network, images, "fp32", tta="flip")
    torch.testing.assert_close(mean, (plain + other) / 2)


def test_a_compiled_network_scores_the_same(
    network: Network, images: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Traced, but not turned into C++: that takes 20 s.
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="aot_eager"))
    eager = Eager(network, "fp32")(images)
    torch.testing.assert_close(Compiled(network, "fp32", 300)(images), eager, rtol=1e-4, atol=1e-4)

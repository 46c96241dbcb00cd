"""Logits and probabilities of many faces, in batches: eager, or through ``torch.compile``.

ONNX Runtime's is in ``fer.onnx``.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from fer.augment import to_gray
from fer.device import autocast
from fer.device import precision as native_precision
from fer.networks.base import Network
from fer.recipe import Tta
from fer.tta import views

BATCH = 256
"""Faces at a time; larger batches do not fit into a CPU's cache."""


class Eager:
    """Computes logits eagerly on the network's device.

    Args:
        precision: ``fp32``, ``bf16`` or ``fp16``.
        batch: faces at a time.
    """

    def __init__(self, network: nn.Module, precision: str, batch: int = BATCH) -> None:
        self._network = network
        self._precision = precision
        self._batch = batch

    def __call__(self, images: Tensor) -> Tensor:
        """Logits ``float32 [N, classes]`` of ``uint8 [N, 48, 48]`` images."""
        return predict_logits(self._network, images, self._precision, self._batch)


class Compiled(Eager):
    """The same through ``torch.compile``, which needs a C++ compiler on the CPU and Triton on CUDA.
    The first call compiles."""

    def __init__(self, network: nn.Module, precision: str, batch: int = BATCH) -> None:
        compiled = torch.compile(network.eval())
        assert isinstance(compiled, nn.Module)
        super().__init__(compiled, precision, batch)


@torch.inference_mode()
def predict_logits(
    network: nn.Module, images: Tensor, precision: str, batch: int = BATCH
) -> Tensor:
    """Logits ``float32 [N, classes]`` of ``uint8 [N, 48, 48]`` images on the network's device.

    Leaves the network in evaluation mode.
    """
    network.eval()
    with autocast(images.device, precision):
        return torch.cat([network(to_gray(part)).float() for part in images.split(batch)])


def predict_probabilities(network: Network, images: Tensor, precision: str, tta: Tta) -> Tensor:
    """Probabilities ``float32 [N, classes]`` of ``uint8 [N, 48, 48]`` images on the network's
    device: the softmax of its logits divided by its temperature, averaged over the views of
    ``tta``."""
    return _scaled_logits(network, images, precision, tta).softmax(2).mean(0)


def predict_log_probabilities(network: Network, images: Tensor, precision: str, tta: Tta) -> Tensor:
    """The logarithms of ``predict_probabilities``, finite where a probability rounds to 0."""
    logits = _scaled_logits(network, images, precision, tta)
    return logits.log_softmax(2).logsumexp(0) - math.log(len(logits))


def _scaled_logits(network: Network, images: Tensor, precision: str, tta: Tta) -> Tensor:
    """Of each view, ``float32 [V, N, classes]``, divided by the network's temperature."""
    each = [predict_logits(network, view, precision) for view in views(images, tta)]
    return torch.stack(each) / network.temperature


def predict_faces(
    network: Network, images: NDArray[np.uint8], device: torch.device, *, tta: Tta
) -> NDArray[np.float32]:
    """Probabilities ``float32 [N, classes]`` of ``uint8 [N, 48, 48]`` images in memory or on disk,
    in the device's own precision; ``tta`` as in ``predict_probabilities``."""
    on_device = torch.from_numpy(np.array(images)).to(device)
    scores = predict_probabilities(network, on_device, native_precision(device), tta)
    result: NDArray[np.float32] = scores.cpu().numpy()
    return result

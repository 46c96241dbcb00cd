"""Scores for many faces, in batches."""

import torch
from torch import Tensor, nn

from fer.augment import to_gray
from fer.device import autocast

BATCH = 256
"""Faces at a time: on two Zen 3 cores larger batches fall out of the cache."""


@torch.inference_mode()
def predict_logits(network: nn.Module, images: Tensor, precision: str) -> Tensor:
    """Logits ``float32 [N, classes]`` of ``uint8 [N, 48, 48]`` images on the network's device.

    Leaves the network in evaluation mode.
    """
    network.eval()
    with autocast(images.device, precision):
        return torch.cat([network(to_gray(batch)).float() for batch in images.split(BATCH)])


def predict_probabilities(network: nn.Module, images: Tensor, precision: str, tta: bool) -> Tensor:
    """Probabilities ``float32 [N, classes]``; with ``tta``, the mean over each face and its mirror
    image."""
    views = [images, images.flip(2)] if tta else [images]
    scores = [predict_logits(network, view, precision).softmax(1) for view in views]
    return torch.stack(scores).mean(0)

"""One training step in parts: gather, augment, forward, backward, sharpen, clip, update."""

import torch
import torch.nn.functional as F
from torch import Tensor

from fer.augment import augment, to_gray
from fer.device import autocast
from fer.faces.types import SIZE
from fer.training.data import DeviceDataset
from fer.training.flipping import AlternatingFlip
from fer.training.mixing import likeliest, mix
from fer.training.sharpness import uphill
from fer.training.state import State


class Step:
    """Takes the steps of one run eagerly, and accumulates loss and accuracy.

    Args:
        side: height and width that the images are trained on with, in pixels.
    """

    def __init__(self, state: State, faces: DeviceDataset, side: int = SIZE) -> None:
        self.state = state
        self.faces = faces
        self.side = side
        alternates = state.recipe.flip == "alternating"
        self._flip = (
            AlternatingFlip(state.recipe, len(faces), faces.labels.device) if alternates else None
        )
        self._loss = torch.zeros((), device=faces.labels.device)
        self._correct = torch.zeros((), device=faces.labels.device)

    def begin_epoch(self, number: int) -> None:
        """Prepare for an epoch, which counts from 0."""
        if self._flip:
            self._flip.begin_epoch(number)

    def __call__(self, batch: Tensor, number: int, rate: float) -> None:
        """Train on one batch.

        Args:
            batch: which faces, ``int64 [B]``, on their device.
            number: of the step in the run, from 0.
            rate: the learning rate.
        """
        self.take(batch, rate, self.state.average.weight(number))

    def take(self, batch: Tensor, rate: float | Tensor, weight: float | Tensor) -> None:
        """Train on one batch; what changes from step to step is a number or a 0-d tensor.

        Args:
            rate: the learning rate.
            weight: of the new weights in their moving average.
        """
        images, labels = gather(self.faces, batch)
        mirrored = self._flip.mirrored(batch) if self._flip else None
        images, targets = augmented(self.state, images, labels, self.side, mirrored)
        loss, logits = forward(self.state, images, targets)
        backward(loss)
        sharpen(self.state, images, targets)
        clip(self.state)
        update(self.state, rate, weight)
        self._loss += loss.detach()
        self._correct += (logits.argmax(1) == likeliest(targets)).sum()

    def read(self) -> tuple[float, float]:
        """The sum of the batches' mean losses and the number of correct predictions since the last
        call. Waits for the device."""
        totals = self._loss.item(), self._correct.item()
        self._loss.zero_()
        self._correct.zero_()
        return totals


def gather(faces: DeviceDataset, batch: Tensor) -> tuple[Tensor, Tensor]:
    """Images ``uint8 [B, 48, 48]`` and labels ``int64 [B]`` of one batch."""
    return faces.images[batch], faces.labels[batch]


def augmented(
    state: State,
    images: Tensor,
    labels: Tensor,
    side: int = SIZE,
    mirrored: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """``uint8 [B, 48, 48]`` to ``float32 [B, 1, side, side]`` in [0, 1], each augmented at random,
    and mixed where the recipe says so; and the targets: labels, or ``float32 [B, classes]``.

    Args:
        mirrored: which faces are mirrored, ``bool [B]``; None = at random.
    """
    images = augment(to_gray(images), state.recipe, state.generator, side, mirrored)
    return mix(images, labels, state.recipe, state.generator)


def forward(state: State, images: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """The batch's mean loss, and its logits ``[B, classes]`` without a gradient."""
    with autocast(state.device, state.precision):
        logits = state.network(images)
    loss = F.cross_entropy(logits.float(), targets, label_smoothing=state.recipe.label_smoothing)
    return loss, logits.detach()


def backward(loss: Tensor) -> None:
    """The gradients of every weight."""
    loss.backward()


def sharpen(state: State, images: Tensor, targets: Tensor) -> None:
    """Replace the gradients by those at the weights uphill, by the recipe's radius; 0 = keep."""
    if state.recipe.sam:
        with uphill(state.network, state.recipe.sam):
            loss, _ = forward(state, images, targets)
            backward(loss)


def clip(state: State) -> None:
    """Clip the gradients to the recipe's largest norm; 0 = no clipping."""
    if state.recipe.clip_norm:
        torch.nn.utils.clip_grad_norm_(state.network.parameters(), state.recipe.clip_norm)


def update(state: State, rate: float | Tensor, weight: float | Tensor) -> None:
    """Step the optimiser, clear the gradients, and update the moving average."""
    state.optimiser_step(rate)
    state.average.update(weight)

"""Faces on the training device, as bytes."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fer.errors import BadInput
from fer.faces.types import Faces


@dataclass(frozen=True)
class DeviceDataset:
    """Images ``uint8 [N, 48, 48]`` and labels ``int64 [N]`` on one device.

    All of FER2013 takes 66 MB: it stays on the device, and moves a quarter of the bytes of floats.
    """

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


def to_device(faces: Faces, indices: NDArray[np.int64], device: torch.device) -> DeviceDataset:
    """Copy the chosen faces to the device.

    Raises:
        BadInput: the faces have no labels.
    """
    if faces.labels is None:
        raise BadInput("training and evaluation need labels, and these faces have none")
    return DeviceDataset(
        images=torch.from_numpy(np.ascontiguousarray(faces.images[indices])).to(device),
        labels=torch.from_numpy(np.ascontiguousarray(faces.labels[indices])).to(device),
    )

"""A trained model that classifies the expressions on photos; `fer predict` is built on it."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self, TypeVar, overload

import numpy as np
import torch
from numpy.typing import NDArray

from fer.best_model import best_model
from fer.device import choose_device
from fer.inference import predict_faces
from fer.model import load_model
from fer.networks.base import Network
from fer.photos import (
    Box,
    FaceDetector,
    HaarDetector,
    ImageLike,
    Photo,
    Photos,
    Picture,
    Prediction,
    faces_of,
    read_photos,
    read_picture,
    whole,
)
from fer.photos.crop import LEAST
from fer.recipe import Tta

I = TypeVar("I", bound=ImageLike)  # noqa: E741


class Classifier:
    """Classifies the expressions on photos.

    >>> from fer import Classifier
    >>> for face in Classifier.load().predict("selfie.jpg"):
    ...     print(face.label, face.probability, face.box)

    Images are paths, images of Pillow, or arrays: ``uint8 [H, W]``, ``[H, W, 3]`` (RGB) or
    ``[H, W, 4]`` (RGBA), of any size. A list or a tuple of images is a batch.

    Args:
        network: ready to evaluate, on ``device``.
        classes: in the order of its logits.
        device: computes the predictions.
        tta: ``none``; ``flip``, which averages over each face and its mirror image; or ``crops``,
            which averages over shifted crops too.
        detector: finds the faces of a photo; by default a ``HaarDetector`` with as many threads as
            torch, made when an image needs it.
    """

    def __init__(
        self,
        network: Network,
        classes: Sequence[str],
        device: torch.device,
        *,
        tta: Tta = "none",
        detector: FaceDetector | None = None,
    ) -> None:
        self.classes = tuple(classes)
        self._network = network
        self._device = device
        self._tta = tta
        self._detector = detector

    @classmethod
    def load(
        cls,
        model: str | os.PathLike[str] | None = None,
        *,
        device: str = "auto",
        tta: Tta | None = None,
        detector: FaceDetector | None = None,
    ) -> Self:
        """Load a model.

        Args:
            model: a finished run's folder or a ``.safetensors`` file; None = the best model that
                ships.
            device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
            tta: as for the class; None = as the model's recipe says.
            detector: as for the class.

        Raises:
            BadInput: there is no model, it is damaged, or the machine has no such device.
        """
        where = choose_device(device)
        network, recipe = load_model(best_model() if model is None else Path(model), where)
        return cls(network, recipe.classes, where, tta=tta or recipe.tta, detector=detector)

    @overload
    def predict(self, images: list[I] | tuple[I, ...]) -> list[list[Prediction]]: ...
    @overload
    def predict(self, images: ImageLike) -> list[Prediction]: ...
    def predict(
        self, images: ImageLike | list[I] | tuple[I, ...]
    ) -> list[Prediction] | list[list[Prediction]]:
        """Detect the faces of an image and classify each.

        A 48×48 image is taken as a crop of one face.

        Returns:
            A prediction for each face, possibly none, in the detector's order: by default from left
            to right. Of a batch, a list of them for each image.

        Raises:
            BadInput: an image cannot be read, or OpenCV, which detects faces, is not installed.
        """
        if isinstance(images, list | tuple):
            return self.predict_photos([self._faces_of(p) for p in _pictures(images)])
        return self.predict_photos([self._faces_of(read_picture(images))])[0]

    @overload
    def predict_crop(self, images: list[I] | tuple[I, ...]) -> list[Prediction]: ...
    @overload
    def predict_crop(self, images: ImageLike) -> Prediction: ...
    def predict_crop(
        self, images: ImageLike | list[I] | tuple[I, ...]
    ) -> Prediction | list[Prediction]:
        """Classify an image that is cropped to one face; of a larger one, its centred square.

        Returns:
            The prediction; of a batch, one for each image.

        Raises:
            BadInput: an image cannot be read.
        """
        if isinstance(images, list | tuple):
            photos = [whole(picture) for picture in _pictures(images, LEAST)]
            return [face for (face,) in self.predict_photos(photos)]
        return self.predict_photos([whole(read_picture(images, least=LEAST))])[0][0]

    def read(self, paths: Sequence[Path], *, detect: bool) -> Photos:
        """Read image files and folders of them, and crop their faces.

        Args:
            detect: whether to detect faces; otherwise each image is taken as a crop of one.

        Raises:
            BadInput: as ``read_photos``, or OpenCV, which detects faces, is not installed.
        """
        cut: Callable[[Picture], Photo] = self._faces_of if detect else whole
        return read_photos(paths, cut, None if detect else LEAST)

    def predict_photos(self, photos: Sequence[Photo]) -> list[list[Prediction]]:
        """Classify the crops of photos, in one batch; a list for each photo."""
        crops = [crop for photo in photos for crop in photo.crops]
        if not crops:
            return [[] for _ in photos]
        pixels = np.stack([crop.pixels for crop in crops])
        rows = iter(predict_faces(self._network, pixels, self._device, tta=self._tta))
        return [
            [self._prediction(next(rows), crop.box) for crop in photo.crops] for photo in photos
        ]

    def _prediction(self, row: NDArray[np.float32], box: Box | None) -> Prediction:
        scores = dict(zip(self.classes, map(float, row), strict=True))
        return Prediction(self.classes[int(row.argmax())], scores, box)

    def _faces_of(self, picture: Picture) -> Photo:
        return faces_of(picture, self._get_detector)

    def _get_detector(self) -> FaceDetector:
        if self._detector is None:
            self._detector = HaarDetector(torch.get_num_threads())
        return self._detector


def _pictures(images: Sequence[ImageLike], least: int | None = None) -> list[Picture]:
    return [
        read_picture(image, f"image {number} of {len(images)}", least=least)
        for number, image in enumerate(images, 1)
    ]

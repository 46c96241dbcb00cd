"""Predicted probabilities of a final run for the test images, in one file of its run folder."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.names import USAGES
from fer.files import write_atomically
from search.confirmation.openings import ALL, IN_TRAIN, NOT_IN_TRAIN, Correct

TEST = "test.npz"
"""The file's name in a run folder."""
ARRAYS = ("label", "probabilities", "mirrored", "usage", "in_train")


@dataclass(frozen=True)
class ScoresOnTest:
    """Everything that the results on the test images are computed from.

    Attributes:
        label: ``int64 [N]``.
        probabilities: ``float32 [N, classes]`` of the images as they are.
        mirrored: the same of their mirror images.
        usage: ``str [N]``: ``PublicTest``, ``PrivateTest`` or empty.
        in_train: ``bool [N]``: whether the image is byte-identical to a training or held-out face.
    """

    label: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    mirrored: NDArray[np.float32]
    usage: NDArray[np.str_]
    in_train: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.label)

    @property
    def parts(self) -> dict[str, NDArray[np.bool_]]:
        """The images of each part that has any, and of all."""
        parts = {ALL: np.ones(len(self), np.bool_)}
        parts |= {name: self.usage == name for name in USAGES}
        parts |= {NOT_IN_TRAIN: ~self.in_train, IN_TRAIN: self.in_train}
        return {name: chosen for name, chosen in parts.items() if chosen.any()}


def write_test_scores(path: Path, scores: ScoresOnTest) -> None:
    """Write ``test.npz``; the same scores give the same bytes."""
    arrays = {name: getattr(scores, name) for name in ARRAYS}
    write_atomically(path, lambda file: np.savez_compressed(file, **arrays))


def read_test_scores(path: Path) -> ScoresOnTest:
    """Read a file of ``write_test_scores``.

    Raises:
        BadInput: it is missing, damaged, or another kind of file.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            scores = ScoresOnTest(*(file[name] for name in ARRAYS))
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise BadInput(f"{path}: not the test scores of a run: {error}") from error
    n, shape = len(scores.label), scores.probabilities.shape
    lengths = {len(getattr(scores, name)) for name in ARRAYS}
    if lengths != {n} or len(shape) != 2 or scores.mirrored.shape != shape or not n:
        raise BadInput(f"{path}: arrays of different lengths: expected one row a test image in all")
    return scores


def correct_by_part(scores: Sequence[ScoresOnTest], *, tta: bool) -> Mapping[str, Correct]:
    """Correct predictions of several runs on the same images, and of their mean, in each part.

    Args:
        tta: average over each image and its mirror image.
    """
    first = scores[0]
    views = [_probabilities(each, tta=tta) for each in scores]
    right = [view.argmax(1) == first.label for view in views]
    together = np.mean(views, axis=0).argmax(1) == first.label
    return {
        name: Correct(
            n=int(chosen.sum()),
            seeds=tuple(int(each[chosen].sum()) for each in right),
            ensemble=int(together[chosen].sum()),
        )
        for name, chosen in first.parts.items()
    }


def _probabilities(scores: ScoresOnTest, *, tta: bool) -> NDArray[np.float32]:
    if not tta:
        return scores.probabilities
    mean: NDArray[np.float32] = np.mean([scores.probabilities, scores.mirrored], axis=0)
    return mean

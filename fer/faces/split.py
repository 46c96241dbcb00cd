"""Which faces are held out: stratified, seeded, and with identical images on one side."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.types import Faces

Indices = NDArray[np.int64]


def hold_out(faces: Faces, fraction: float, seed: int) -> tuple[Indices, Indices]:
    """Split into training and validation indices, both ascending.

    Each class gives its share, to within one group of identical images; a group of byte-identical
    images stays on one side, also where its labels differ.

    Args:
        fraction: to hold out, in [0, 1); 0 = nothing.

    Raises:
        BadInput: the fraction is out of range, or the faces have no labels.
    """
    if not 0 <= fraction < 1:
        raise BadInput(f"validation = {fraction}: expected at least 0 and less than 1")
    if fraction == 0:
        return np.arange(len(faces)), np.empty(0, dtype=np.int64)
    folds = _deal(faces, [1 - fraction, fraction], seed)
    return np.flatnonzero(folds == 0), np.flatnonzero(folds == 1)


def k_folds(faces: Faces, k: int, seed: int) -> list[tuple[Indices, Indices]]:
    """``k`` pairs of training and validation indices; each face is held out exactly once.

    Raises:
        BadInput: ``k`` is below 2 or above the number of faces.
    """
    if not 2 <= k <= len(faces):
        raise BadInput(f"folds = {k}: expected 2 to {len(faces)}")
    folds = _deal(faces, [1 / k] * k, seed)
    return [(np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)) for fold in range(k)]


def _deal(faces: Faces, shares: list[float], seed: int) -> Indices:
    """The part of each face: groups are dealt, largest first, to the part that lacks most of their
    class."""
    if faces.labels is None:
        raise BadInput("a split needs labels, and these faces have none")
    groups: dict[bytes, list[int]] = {}
    for index, image in enumerate(faces.images):
        groups.setdefault(hashlib.sha256(image.tobytes()).digest(), []).append(index)
    members = list(groups.values())
    order = np.random.default_rng(seed).permutation(len(members))
    sizes = np.array([len(group) for group in members])
    order = order[np.argsort(-sizes[order], kind="stable")]
    counts = np.bincount(faces.labels, minlength=len(faces.classes))
    wanted = np.outer(shares, counts).tolist()
    part_of = np.empty(len(faces), dtype=np.int64)
    for position in order:
        group = members[position]
        label = int(faces.labels[group[0]])
        part = max(range(len(shares)), key=lambda part: wanted[part][label] / shares[part])
        for index in group:
            part_of[index] = part
            wanted[part][int(faces.labels[index])] -= 1
    return part_of

"""Hold faces out for validation: stratified, seeded, with identical images on one side."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.types import Faces
from fer.wording import counted

Indices = NDArray[np.int64]


def hold_out(faces: Faces, fraction: float, seed: int) -> tuple[Indices, Indices]:
    """Split into training and validation indices, both ascending.

    A source's own validation split is held out as it is, whatever ``fraction`` and ``seed`` are.
    Otherwise each class gives its share, to within one group of identical images; a group of
    byte-identical images stays on one side, also where its labels differ.

    Args:
        fraction: to hold out, in [0, 1); 0 = nothing.

    Raises:
        BadInput: the fraction is out of range, or the faces have no labels.
    """
    if not 0 <= fraction < 1:
        raise BadInput(f"validation = {fraction}: expected at least 0 and less than 1")
    if faces.held_out is not None:
        return np.setdiff1d(np.arange(len(faces)), faces.held_out), faces.held_out
    if fraction == 0:
        return np.arange(len(faces)), np.empty(0, dtype=np.int64)
    is_held_out = _assign(faces, fraction, seed)
    return np.flatnonzero(~is_held_out), np.flatnonzero(is_held_out)


def own_split(faces: Faces, fraction: float) -> str | None:
    """A line that says that the source's own validation split is used; None = it has none."""
    if faces.held_out is None:
        return None
    return (
        f"its own validation split ({counted(len(faces.held_out), 'face')}) is held out; "
        f"the recipe's validation = {fraction} is not used"
    )


def unmeasured(faces: Faces, fraction: float, seed: int) -> str | None:
    """A line that names a class without held-out or training faces; None = all have both.

    The validation accuracy then tells nothing about that class.
    """
    assert faces.labels is not None, "checked by the caller"
    for side, indices in zip(
        ("training", "held-out"), hold_out(faces, fraction, seed), strict=True
    ):
        counts = np.bincount(faces.labels[indices], minlength=len(faces.classes))
        if not counts.any():
            return f"no {side} faces: {_remedy(faces, fraction)}"
        if len(missing := np.flatnonzero(counts == 0)):
            name = faces.classes[missing[0]]
            total = int((faces.labels == missing[0]).sum())
            return f"no {side} face of {name!r}, which has {total:,}: {_remedy(faces, fraction)}"
    return None


def _remedy(faces: Faces, fraction: float) -> str:
    if faces.held_out is not None:
        return "expected at least one of each class in both its train and its validation split"
    if fraction == 0:
        return "validation = 0: expected more, such as 0.1"
    total = counted(len(faces), "face")
    return f"validation = {fraction} of {total}: expected more faces of each class"


def _assign(faces: Faces, fraction: float, seed: int) -> NDArray[np.bool_]:
    """Assign groups of identical images, largest first, to the side that lacks most of their class.

    Returns:
        ``bool [N]``: True for the held-out faces.
    """
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
    shares = (1 - fraction, fraction)
    wanted = np.outer(shares, counts).tolist()
    is_held_out = np.empty(len(faces), dtype=np.bool_)
    for position in order:
        group = members[position]
        label = int(faces.labels[group[0]])
        side = max((0, 1), key=lambda side: wanted[side][label] / shares[side])
        for index in group:
            is_held_out[index] = side == 1
            wanted[side][int(faces.labels[index])] -= 1
    return is_held_out

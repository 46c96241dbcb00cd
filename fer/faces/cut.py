"""Cut a prepared source to one split and some classes."""

import hashlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fer.errors import BadInput
from fer.faces.prepared import Prepared, PreparedSplit
from fer.faces.types import Faces, Split
from fer.recipe import EXPRESSIONS


def cut(prepared: Prepared, split: Split, classes: tuple[str, ...], source: str) -> Faces:
    """Return the faces of some classes; unlabelled faces are returned whole.

    The faces of a source's own validation split follow its training faces, as ``held_out``.

    Raises:
        BadInput: the source lacks the split, or a class.
    """
    if split not in prepared:
        raise BadInput(f"{source}: no {split} faces in it, only {', '.join(prepared)}")
    images, labels, ids, usages = _chosen(prepared[split], split, classes, source)
    if labels is not None:
        for name, count in zip(classes, np.bincount(labels, minlength=len(classes)), strict=True):
            if count == 0:
                raise BadInput(f"{source}: class {name!r} has no {split} images")
    if split != "train" or "validation" not in prepared:
        digest = hash_faces(images, labels, classes)
        return Faces(images, labels, ids, classes, digest, usages=usages)
    own, own_labels, own_ids, _ = _chosen(prepared["validation"], "validation", classes, source)
    if (labels is None) != (own_labels is None):
        raise BadInput(f"{source}: only one of its train and validation splits has labels")
    if len(set(ids) | set(own_ids)) < len(ids) + len(own_ids):
        ids = tuple(f"train/{name}" for name in ids)
        own_ids = tuple(f"validation/{name}" for name in own_ids)
    held_out = np.arange(len(images), len(images) + len(own), dtype=np.int64)
    images = np.concatenate([images, own])
    if labels is not None and own_labels is not None:
        labels = np.concatenate([labels, own_labels])
    digest = hash_faces(images, labels, classes, held_out)
    return Faces(images, labels, ids + own_ids, classes, digest, held_out)


class _Chosen(NamedTuple):
    images: NDArray[np.uint8]
    labels: NDArray[np.int64] | None
    ids: tuple[str, ...]
    usages: tuple[str, ...] | None


def _chosen(part: PreparedSplit, split: str, classes: tuple[str, ...], source: str) -> _Chosen:
    """The faces of the classes."""
    unlabelled = int((part.labels < 0).sum())
    if 0 < unlabelled < len(part.labels):
        have = "has" if unlabelled == 1 else "have"
        raise BadInput(
            f"{source}: {unlabelled:,} of {len(part.labels):,} {split} images {have} no class: "
            f"expected all or none of them to have one"
        )
    if unlabelled:
        usages = None if part.usages is None else tuple(part.usages.tolist())
        return _Chosen(part.images, None, tuple(part.ids.tolist()), usages)
    position = np.full(len(EXPRESSIONS), -1, dtype=np.int64)
    for label, name in enumerate(classes):
        position[EXPRESSIONS.index(name)] = label
    labels = np.where(part.labels >= 0, position[part.labels], -1)
    chosen = np.flatnonzero(labels >= 0)
    return _Chosen(
        np.asarray(part.images[chosen]),
        labels[chosen],
        tuple(part.ids[chosen].tolist()),
        None if part.usages is None else tuple(part.usages[chosen].tolist()),
    )


def hash_faces(
    images: NDArray[np.uint8],
    labels: NDArray[np.int64] | None,
    classes: tuple[str, ...],
    held_out: NDArray[np.int64] | None = None,
) -> str:
    """Hexadecimal SHA-256 of faces, by which a run or study recognises them."""
    digest = hashlib.sha256(" ".join(classes).encode())
    digest.update(np.ascontiguousarray(images).data)
    if labels is not None:
        digest.update(np.ascontiguousarray(labels).data)
    if held_out is not None:
        digest.update(b"held out")
        digest.update(np.ascontiguousarray(held_out).data)
    return digest.hexdigest()

"""The faces that a run held out of its training."""

from pathlib import Path

import numpy as np

from fer.errors import BadInput
from fer.faces import Faces, hold_out
from fer.recipe import Recipe
from fer.run_metrics import METRICS
from fer.training.run import hashes


def check_faces(run: Path, faces: Faces, source: str) -> None:
    """Check that a run was trained on these faces, in this order, which decides what it held out.

    A model file outside a run folder is not checked: it does not record its faces.

    Raises:
        BadInput: it was trained on others, so some of its training faces would be evaluated; or its
            metrics.json is damaged.
    """
    if not (run / METRICS).is_file():
        return
    _, trained = hashes(run)
    if trained != faces.hash:
        raise BadInput(
            f"--data {source}: its hash is {faces.hash[:16]}, but {run} held faces out of a source "
            f"with {trained[:16]}: expected the source that it was trained on"
        )


def held_out(faces: Faces, recipe: Recipe, origin: str) -> Faces:
    """The validation faces of a recipe's split.

    Args:
        faces: all training faces of the source that the recipe was trained on.
        origin: names the model in an error.

    Raises:
        BadInput: the recipe trained on all faces.
    """
    _, indices = hold_out(faces, recipe.validation, recipe.split_seed)
    if not len(indices):
        raise BadInput(f"{origin}: validation = {recipe.validation}: nothing was held out")
    assert faces.labels is not None
    return Faces(
        images=np.ascontiguousarray(faces.images[indices]),
        labels=faces.labels[indices],
        ids=tuple(faces.ids[i] for i in indices),
        classes=faces.classes,
        hash=faces.hash,
    )

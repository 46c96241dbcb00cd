"""The faces that a recipe kept from training."""

import numpy as np

from fer.errors import BadInput
from fer.faces import Faces, hold_out
from fer.recipe import Recipe


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

"""Check the held-out faces of a study before its first trial."""

import sys

from fer.errors import BadInput
from fer.faces import Faces, own_split, unmeasured
from fer.recipe import Recipe


def check_split(faces: Faces, recipe: Recipe, source: str) -> None:
    """Check that every class has held-out and training faces.

    Raises:
        BadInput: a class has none, so that no accuracy would measure it.
    """
    if used := own_split(faces, recipe.validation):
        print(f"fer: {source}: {used}", file=sys.stderr)
    if problem := unmeasured(faces, recipe.validation, recipe.split_seed):
        raise BadInput(f"--data {source}: {problem}")
